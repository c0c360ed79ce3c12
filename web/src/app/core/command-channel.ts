// Copies of a DJ's commands over a data channel beside the sound. The socket brings every command, but
// where the network loses something TCP holds up all that comes behind it for at least a round trip. A
// packet of the channel is lost alone, and carries the last commands, too; the last one is sent again
// twice, since nothing may follow it. The server does what comes first, once (docs/protocol.md, "Remote hands").

import { BROWSER_TIMER, type Timer } from './coalescer';

/** Commands a packet carries: at 1 % loss two packets in a row are lost once in ten thousand. */
export const COMMANDS_A_PACKET = 3;
/** Later than what follows while a hand moves, so that moves are not sent more often than they need be. */
const AGAIN_MS = [70, 140];
/** More of this waits in the browser: then the way is too narrow, and the socket's copy must do. */
const CROWDED_BYTES = 2000;

/** What this needs of an RTCDataChannel. */
export interface Channel extends Pick<RTCDataChannel, 'readyState' | 'bufferedAmount'> {
  send(text: string): void;
}

/** Unordered and unreliable; its number is agreed beforehand, so that nothing need be negotiated over it. */
export const CHANNEL_OPTIONS: RTCDataChannelInit = { ordered: false, maxRetransmits: 0, negotiated: true, id: 0 };

export class CommandChannel {
  private channel: Channel | null = null;
  private last: object[] = [];
  private number = 0;

  constructor(private readonly timer: Timer = BROWSER_TIMER) {}

  /** A new stream has a new channel, and its server knows nothing of what was sent before. */
  use(channel: Channel | null): void {
    this.channel = channel;
    this.last = [];
  }

  /** Numbers a command and sends its copy. What is given back goes over the socket. */
  send<Command extends object>(command: Command): Command & { number: number } {
    const numbered = { ...command, number: ++this.number };
    if (this.channel?.readyState !== 'open') return numbered;
    this.last = [...this.last, numbered].slice(-COMMANDS_A_PACKET);
    this.sendLast();
    for (const ms of AGAIN_MS) {
      this.timer.after(ms, () => {
        if (this.number === numbered.number) this.sendLast();
      });
    }
    return numbered;
  }

  private sendLast(): void {
    const { channel } = this;
    if (channel?.readyState !== 'open' || this.last.length === 0 || channel.bufferedAmount > CROWDED_BYTES) return;
    channel.send(JSON.stringify(this.last));
  }
}
