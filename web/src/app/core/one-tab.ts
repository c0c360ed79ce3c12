// One person may have a battle open in several tabs of a browser. Its sound and the movements of a
// controller belong to the tab that took them last: two would sound like an echo, and press every
// button of the controller twice. Mouse and keyboard reach only the tab in front, so they need no rule.

import { signal } from '@angular/core';

export class OneTab {
  private channel: BroadcastChannel | null = null;
  private readonly elsewhere_ = signal(false);
  /** Another tab has taken over. */
  readonly elsewhere = this.elsewhere_.asReadonly();

  /** Takes over from every tab that was opened with this name before. */
  open(name: string): void {
    this.close();
    if (typeof BroadcastChannel === 'undefined') return;
    this.channel = new BroadcastChannel(`dju.tab.${name}`);
    this.channel.onmessage = () => this.elsewhere_.set(true);
    this.claim();
  }

  claim(): void {
    this.elsewhere_.set(false);
    this.channel?.postMessage('taken');
  }

  close(): void {
    this.channel?.close();
    this.channel = null;
  }
}
