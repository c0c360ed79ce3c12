// Controllers on Web MIDI: finds a mapping by the device's name, says the device hello, keeps it
// awake, carries its movements to the battle and the battle's state to its lamps. MIDI learn binds
// any message of any device to a control; what was learned is kept in this browser.

import { effect, inject, Injectable, OnDestroy, signal, untracked } from '@angular/core';
import { BattleRoom } from '../battle-room';
import { Address, control } from '../controls';
import { Binding, bytes, Lamp, lampsOf, Mapping, messageKey } from './mapping';
import { MAPPINGS } from './mappings';
import { Movement, Translator } from './translator';

export interface MidiDevice {
  readonly id: string;
  readonly name: string;
  /** Name of its mapping, or null. */
  readonly mapping: string | null;
}

interface Learned {
  readonly device: string;
  readonly key: number;
  readonly binding: Binding;
}

interface Connected {
  readonly input: MIDIInput;
  readonly output: MIDIOutput | null;
  readonly mapping: Mapping | null;
  readonly translator: Translator;
  readonly lamps: readonly Lamp[];
  readonly lit: Map<Lamp, boolean>;
  readonly keepAlive: ReturnType<typeof setInterval> | undefined;
}

const STORAGE_KEY = 'dju.midi';
const UNKNOWN: Mapping = { name: '', match: [], inputs: [], outputs: [] };

@Injectable()
export class MidiService implements OnDestroy {
  private readonly room = inject(BattleRoom);
  private access: MIDIAccess | null = null;
  private readonly connected = new Map<string, Connected>();
  private learnedBindings: Learned[] = stored();
  private readonly state_ = signal<'off' | 'on' | 'refused'>('off');
  private readonly devices_ = signal<readonly MidiDevice[]>([]);
  private readonly learning_ = signal<Address | null>(null);
  private readonly learned_ = signal(this.learnedBindings.length);
  readonly supported = 'requestMIDIAccess' in navigator;
  readonly state = this.state_.asReadonly();
  readonly devices = this.devices_.asReadonly();
  readonly learning = this.learning_.asReadonly();
  readonly learned = this.learned_.asReadonly();

  constructor() {
    effect(() => {
      this.devices_();
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
    const shown = (id: string, deck?: Address['deck']) => untracked(this.room.value({ control: id, deck }));
    const translator = new Translator(mapping ?? UNKNOWN, shown);
    for (const { device, key, binding } of this.learnedBindings) if (device === name) translator.bind(key, binding);
    for (const message of mapping?.init ?? []) output?.send(bytes(message));
    const { keepAlive } = mapping ?? {};
    this.connected.set(input.id, {
      input,
      output,
      mapping,
      translator,
      lamps: mapping ? lampsOf(mapping) : [],
      lit: new Map(),
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
    const learning = this.learning_();
    if (learning) this.learnFrom(device, data, learning);
    else this.carry(device.translator.take(data));
  }

  private carry(movement: Movement | null): void {
    if (!movement) return;
    const address = this.address(movement.control, movement.deck);
    switch (movement.kind) {
      case 'move':
        return this.room.move(address, movement.value);
      case 'turn':
        return this.room.turn(address, movement.by);
      case 'toggle':
        return this.room.toggle(address);
      case 'press':
        return void this.room.press(address, movement.value);
    }
  }

  /** Headphones are those of one's own seat. */
  private address(id: string, deck: Address['deck']): Address {
    const seat = this.room.seat();
    return control(id).scope === 'monitor' && seat ? { control: id, monitor: seat } : { control: id, deck };
  }

  private learnFrom(device: Connected, data: Uint8Array, address: Address): void {
    const isController = (data[0] & 0xf0) === 0xb0;
    const { kind } = control(address.control);
    const released = (data[0] & 0xf0) === 0x80 || data[2] === 0;
    if (!isController && released) return;
    const key = messageKey(data[0], data[1]);
    const reading = kind === 'relative' ? 'relative' : isController && kind === 'continuous' ? 'absolute' : 'button';
    const { control: id, deck } = address;
    const binding: Binding = {
      control: id,
      ...(deck ? { deck } : {}),
      reading,
      shifted: false,
      ticks: reading === 'relative' ? 720 : 1,
      centre: 64,
      invert: false,
      value: 1,
      pair: key,
    };
    device.translator.bind(key, binding);
    const name = device.input.name ?? '';
    this.learnedBindings = [...this.learnedBindings.filter((l) => l.device !== name || l.key !== key), { device: name, key, binding }];
    this.keep();
    this.learning_.set(null);
  }

  private light(device: Connected): void {
    if (!device.output) return;
    for (const lamp of device.lamps) {
      const lit = this.isLit(lamp);
      if (device.lit.get(lamp) === lit) continue;
      device.lit.set(lamp, lit);
      device.output.send([lamp.status, lamp.data, lit ? lamp.on : lamp.off]);
    }
  }

  private isLit({ lit, deck }: Lamp): boolean {
    const view = this.room.decks.find((d) => d.id === deck);
    const hotCue = /^hotcue_(\d)$/.exec(lit);
    if (hotCue) return view?.facts().hotCues[Number(hotCue[1]) - 1] != null;
    if (lit === 'cue') return !!view?.facts().loaded && !view.facts().playing;
    return this.room.value(this.address(lit, deck))() > 0.5;
  }

  private keep(): void {
    this.learned_.set(this.learnedBindings.length);
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(this.learnedBindings));
    } catch {
      return;
    }
  }
}

function stored(): Learned[] {
  try {
    const learned = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]') as unknown;
    return Array.isArray(learned) ? (learned as Learned[]) : [];
  } catch {
    return [];
  }
}
