// The decks that are not in front, each in one line: what it plays, start and stop, its channel, and the
// way to the front, where everything else of it is.

import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../../core/battle-room';
import { DeckLayers } from '../../core/deck-layers';
import { type DeckView, FRAMES_PER_SECOND } from '../../core/deck-view';
import { Language } from '../../core/language';
import { formatNumber, formatTime } from '../../widgets';
import { BoundToggle } from '../bound-toggle';
import { BoundTrigger } from '../bound-trigger';
import { ChannelStrip } from '../channel-strip';

@Component({
  selector: 'dju-decks-rack',
  imports: [BoundToggle, BoundTrigger, ChannelStrip, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'battle.rack'">
      @for (deck of layers.behind(); track deck.id) {
        <div role="group" class="deck" [style.--deck]="'var(--dju-deck-' + deck.id.toLowerCase() + ')'" [attr.aria-label]="t('deckBehind', { deck: deck.id })">
          <button type="button" class="front" [attr.aria-label]="t('bring', { deck: deck.id })" [title]="t('bring', { deck: deck.id })" (click)="layers.bring(deck.id)">
            {{ deck.id }}
          </button>
          <p>
            <b>{{ deck.track()?.title || t('noTrack') }}</b>
            <span>{{ facts(deck) }}</span>
          </p>
          <div class="play">
            <dju-bound-trigger control="cue" [deck]="deck.id" label="CUE" [off]="!deck.track()" />
            <dju-bound-toggle control="play" [deck]="deck.id" label="▶‖" colour="var(--dju-ok)" [off]="!deck.track()" />
            <dju-bound-toggle control="sync" [deck]="deck.id" label="SYNC" [colour]="'var(--dju-deck-' + deck.id.toLowerCase() + ')'" [off]="!deck.track()" />
          </div>
          <dju-channel-strip [view]="deck" [row]="true" />
        </div>
      }
    </ng-container>
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 620px), 1fr));
      gap: 6px;
    }
    .deck {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      align-items: center;
      min-width: 0;
      padding: 4px 6px;
      border-radius: 6px;
      border: 1px solid var(--dju-line);
      border-left: 3px solid var(--deck);
      background: var(--dju-ground);
    }
    .front {
      flex: none;
      width: max(40px, var(--dju-hit));
      min-height: max(40px, var(--dju-hit));
      padding: 0;
      font-size: 18px;
      font-weight: 800;
      color: var(--deck);
      border-color: var(--deck);
    }
    p {
      flex: 1 1 90px;
      min-width: 0;
      display: grid;
      font-size: 12px;
      font-variant-numeric: tabular-nums;
    }
    p * {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    span {
      color: var(--dju-text-dim);
    }
    .play {
      display: grid;
      grid-template-columns: 46px 46px;
      gap: 3px;
    }
    .play dju-bound-toggle:last-child {
      grid-column: 1 / 3;
    }
  `,
})
export class DecksRack {
  protected readonly layers = inject(DeckLayers);
  private readonly room = inject(BattleRoom);
  private readonly language = inject(Language);

  protected facts(deck: DeckView): string {
    const [track, heard] = [deck.track(), deck.heard()];
    if (!track) return '';
    const left = (track.frames - (heard?.position ?? 0)) / FRAMES_PER_SECOND;
    const rate = 1 + this.room.controls.value({ control: 'rate', deck: deck.id })() / 100;
    return `${formatNumber(deck.bpmAt(rate), 1, this.language.active())} BPM · ${formatTime(-Math.max(0, left))}`;
  }
}
