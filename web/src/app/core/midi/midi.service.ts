// Controllers on Web MIDI: finds a mapping by the device's name, says the device hello, keeps it
// awake, carries its movements to the battle and the battle's state to its lamps. MIDI learn binds
// any message of any device to a control; what was learned is kept in this browser.

import { effect, inject, Injectable, OnDestroy, signal, untracked } from '@angular/core';
import { BattleRoom } from '../battle-room';
import { Address, findControl } from '../controls';
import { DeckLayers } from '../deck-layers';
import { Hands } from '../hands';
import { lampByte, type LampState } from './lamps';
import { isWhole, learn, LEARN_MS, type LearnedBinding, teaches } from './learn';
import { Binding, bytes, Lamp, lampsOf, Mapping } from './mapping';
import { MAPPINGS } from './mappings';
import { Translator } from './translator';

export interface MidiDevice {
  readonly id: string;
  readonly name: string;
  /** Name of its mapping, or null. */
  readonly mapping: string | null;
}

interface Learned extends LearnedBinding {
  readonly device: string;
}

interface Connected {
  readonly input: MIDIInput;
  readonly output: MIDIOutput | null;
  readonly mapping: Mapping | null;
  readonly translator: Translator;
  readonly lamps: readonly Lamp[];
  /** The byte that each lamp was sent last. */
  readonly sent: Map<Lamp, number>;
  readonly keepAlive: ReturnType<typeof setInterval> | undefined;
}

const STORAGE_KEY = 'dju.midi';
const UNKNOWN: Mapping = { name: '', match: [], source: '', inputs: [], outputs: [] };

@Injectable()
export class MidiService implements OnDestroy {
  private readonly room = inject(BattleRoom);
  private readonly layers = inject(DeckLayers);
  private readonly hands = inject(Hands);
  private access: MIDIAccess | null = null;
  private readonly connected = new Map<string, Connected>();
  private learnedBindings: Learned[] = stored();
  private lesson: { device: string; messages: Uint8Array[]; timer: ReturnType<typeof setTimeout> } | null = null;
  private readonly state_ = signal<'off' | 'on' | 'refused'>('off');
  private readonly devices_ = signal<readonly MidiDevice[]>([]);
  private readonly learning_ = signal<Address | null>(null);
  private readonly learned_ = signal(countOf(this.learnedBindings));
  /** Counts what lamps depend on beside signals: pad modes. */
  private readonly relit = signal(0);
  readonly supported = 'requestMIDIAccess' in navigator;
  readonly state = this.state_.asReadonly();
  readonly devices = this.devices_.asReadonly();
  readonly learning = this.learning_.asReadonly();
  readonly learned = this.learned_.asReadonly();

  constructor() {
    effect(() => {
      this.devices_();
      this.relit();
      for (const device of this.connected.values()) this.light(device);
    });
  }

  async start(): Promise<void> {
    try {
      this.access = await navigator.requestMIDIAccess({ sysex: true });
      this.state_.set('on');
      this.access.onstatechange = () => this.scan();
      this.scan();
    } catch {
      this.state_.set('refused');
    }
  }

  /** The next message that arrives is bound to this control. */
  learn(address: Address): void {
    this.learning_.set(address);
  }

  forget(): void {
    this.learnedBindings = [];
    this.keep();
    for (const id of [...this.connected.keys()]) this.disconnect(id);
    this.scan();
  }

  ngOnDestroy(): void {
    clearTimeout(this.lesson?.timer);
    if (this.access) this.access.onstatechange = null;
    for (const id of [...this.connected.keys()]) this.disconnect(id);
  }

  private scan(): void {
    const inputs = [...(this.access?.inputs.values() ?? [])].filter((input) => input.state === 'connected');
    for (const id of [...this.connected.keys()]) {
      if (!inputs.some((input) => input.id === id)) this.disconnect(id);
    }
    for (const input of inputs) if (!this.connected.has(input.id)) this.connect(input);
    this.devices_.set(
      [...this.connected.values()].map(({ input, mapping }) => ({
        id: input.id,
        name: input.name ?? input.id,
        mapping: mapping?.name ?? null,
      })),
    );
  }

  private connect(input: MIDIInput): void {
    const name = input.name ?? '';
    const mapping = MAPPINGS.find(({ match }) => match.some((part) => name.includes(part))) ?? null;
    const output = [...this.access!.outputs.values()].find((o) => o.name === input.name) ?? null;
    const translator = new Translator(mapping ?? UNKNOWN, (target) => untracked(this.room.controls.value(this.hands.address(target))));
    for (const { device, key, binding } of this.learnedBindings) if (device === name) translator.bind(key, binding);
    for (const message of mapping?.init ?? []) output?.send(bytes(message));
    const { keepAlive } = mapping ?? {};
    this.connected.set(input.id, {
      input,
      output,
      mapping,
      translator,
      lamps: mapping ? lampsOf(mapping) : [],
      sent: new Map(),
      keepAlive: keepAlive && setInterval(() => output?.send(bytes(keepAlive.bytes)), keepAlive.everyMs),
    });
    input.onmidimessage = ({ data }) => data && this.take(input.id, data);
  }

  private disconnect(id: string): void {
    const device = this.connected.get(id);
    if (!device) return;
    clearInterval(device.keepAlive);
    device.input.onmidimessage = null;
    if (device.output?.state === 'connected') {
      for (const lamp of device.lamps) device.output.send([lamp.status, lamp.data, lamp.off]);
      for (const message of device.mapping?.exit ?? []) device.output.send(bytes(message));
    }
    this.connected.delete(id);
  }

  private take(id: string, data: Uint8Array): void {
    const device = this.connected.get(id);
    if (!device || data[0] >= 0xf0 || this.room.tab.elsewhere()) return;
    if (this.learning_()) return this.teach(device, data);
    const movement = device.translator.take(data);
    if (movement?.kind === 'mode') this.relit.update((n) => n + 1);
    else this.hands.carry(movement);
  }

  /** Gathers the messages of one movement, then binds them. */
  private teach(device: Connected, data: Uint8Array): void {
    const name = device.input.name ?? '';
    if (!this.lesson) {
      if (!teaches(data)) return;
      this.lesson = { device: name, messages: [], timer: setTimeout(() => this.finishLesson(device), LEARN_MS) };
    }
    if (this.lesson.device !== name) return;
    this.lesson.messages.push(data.slice());
    if (isWhole(this.lesson.messages[0])) this.finishLesson(device);
  }

  private finishLesson(device: Connected): void {
    const { lesson } = this;
    const address = this.learning_();
    clearTimeout(lesson?.timer);
    this.lesson = null;
    if (!lesson || !address) return;
    const { control, deck, sampler } = address;
    const target = { control, ...(deck ? { deck } : {}), ...(sampler ? { sampler } : {}) };
    for (const { key, binding } of learn(target, lesson.messages)) {
      device.translator.bind(key, binding);
      const others = this.learnedBindings.filter((l) => l.device !== lesson.device || l.key !== key);
      this.learnedBindings = [...others, { device: lesson.device, key, binding }];
    }
    this.keep();
    this.learning_.set(null);
  }

  private light(device: Connected): void {
    if (!device.output || device.lamps.length === 0) return;
    const state = this.lampState(device.translator);
    for (const lamp of device.lamps) {
      // Lamps of other modes share the same pads; they are sent anew when their turn comes.
      if (lamp.mode && lamp.lit !== 'mode' && device.translator.mode(lamp.deck) !== lamp.mode) {
        device.sent.delete(lamp);
        continue;
      }
      const value = lampByte(lamp, state);
      if (device.sent.get(lamp) === value) continue;
      device.sent.set(lamp, value);
      device.output.send([lamp.status, lamp.data, value]);
    }
  }

  private lampState(translator: Translator): LampState {
    const view = (deck: Lamp['deck']) => deck && this.room.deck(this.layers.reached(deck));
    return {
      facts: (deck) => view(deck)?.facts() ?? null,
      value: ({ lit, deck, sampler }) => this.room.controls.value(this.hands.address({ control: lit!, deck, sampler }))(),
      mode: (deck) => translator.mode(deck),
      samplerLoaded: (n) => this.room.samplers()[n - 1]?.track != null,
      samplerPlaying: (n) => this.room.samplers()[n - 1]?.playing ?? false,
      levelDb: ({ level, deck }) => (level === 'deck' ? view(deck)?.heard()?.peakDb : this.room.masterDb()) ?? -Infinity,
    };
  }

  private keep(): void {
    this.learned_.set(countOf(this.learnedBindings));
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(this.learnedBindings));
    } catch {
      return;
    }
  }
}

/** A fader with two halves counts once. */
function countOf(learned: readonly Learned[]): number {
  return new Set(learned.map(({ device, binding }) => `${device} ${binding.pair}`)).size;
}

/** What was learned before, as far as its controls still exist. */
function stored(): Learned[] {
  try {
    const learned = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]') as { binding?: Partial<Binding> }[];
    return Array.isArray(learned) ? (learned.filter(({ binding }) => findControl(binding?.control ?? '')) as Learned[]) : [];
  } catch {
    return [];
  }
}
