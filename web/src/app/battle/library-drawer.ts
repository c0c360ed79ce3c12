// The library below the decks: search, crates, preview, loading by button, key or drag.

import { ChangeDetectionStrategy, Component, computed, effect, inject, signal, untracked, viewChild } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { ApiService } from '../core/api.service';
import { BattleRoom } from '../core/battle-room';
import { Hands } from '../core/hands';
import { LibrarySelection } from '../core/library-selection';
import type { Crate, DeckId } from '../core/model';
import { PreviewPlayer } from '../library/preview-player';
import { TrackList } from '../library/track-list';
import { TrackBrowser } from '../widgets';

@Component({
  selector: 'dju-library-drawer',
  imports: [TrackBrowser, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  providers: [PreviewPlayer, TrackList],
  host: { '[class.tall]': 'tall()' },
  template: `
    <ng-container *transloco="let t; prefix: 'battle.library'">
      <button type="button" class="size" [attr.aria-expanded]="tall()" (click)="tall.set(!tall())">
        {{ t(tall() ? 'smaller' : 'larger') }}
      </button>
      @if (preview.error(); as message) {
        <p role="alert">{{ message }}</p>
      }
      <dju-track-browser
        [tracks]="list.tracks()"
        [total]="list.total()"
        [busy]="list.busy()"
        [crates]="crates()"
        [decks]="decks()"
        [loaded]="loaded()"
        [previewing]="preview.track()"
        [(query)]="list.query"
        [(sort)]="list.sort"
        [(crate)]="list.crate"
        [(selected)]="selection.trackId"
        (load)="load($event)"
        (open)="open($event)"
        (preview)="preview.toggle($event)"
        (needMore)="list.more()"
      />
    </ng-container>
  `,
  styles: `
    :host {
      position: relative;
      display: flex;
      flex-direction: column;
      min-height: 0;
      background: var(--dju-surface);
      border-top: 1px solid var(--dju-line);
      padding-top: 8px;
    }
    :host(.tall) {
      position: absolute;
      inset: auto 0 0;
      height: 72%;
      z-index: 5;
      box-shadow: 0 -12px 40px rgb(0 0 0 / 60%);
    }
    dju-track-browser {
      flex: 1;
      min-height: 0;
    }
    .size {
      position: absolute;
      left: 50%;
      top: calc(var(--dju-hit) / -2);
      transform: translateX(-50%);
      z-index: 1;
      min-height: var(--dju-hit);
      padding: 0 18px;
      border-radius: 99px;
      font-size: 12px;
    }
    p {
      padding: 4px 10px;
      color: #ff9a9a;
    }
  `,
})
export class LibraryDrawer {
  private readonly room = inject(BattleRoom);
  private readonly hands = inject(Hands);
  protected readonly selection = inject(LibrarySelection);
  private readonly browser = viewChild(TrackBrowser);
  protected readonly preview = inject(PreviewPlayer);
  protected readonly list = inject(TrackList);
  protected readonly crates = signal<readonly Crate[]>([]);
  protected readonly tall = signal(false);
  /** Decks that one may load. */
  protected readonly decks = computed(() =>
    this.room.decks().map((deck) => deck.id).filter((deck) => this.room.controls.mayMove({ control: 'load', deck })),
  );
  protected readonly loaded = computed(() =>
    Object.fromEntries(this.room.decks().map((deck) => [deck.id, deck.track()?.trackId ?? null])),
  );

  constructor() {
    let seen = this.hands.browsed();
    effect(() => {
      const rows = Math.trunc(this.hands.browsed() - seen);
      seen += rows;
      if (rows !== 0) untracked(() => this.browser()?.browse(rows));
    });
    effect(() => {
      const wanted = this.hands.loadWanted();
      const trackId = untracked(this.selection.trackId);
      if (wanted && trackId) untracked(() => this.load({ trackId, deck: wanted.deck }));
    });
    inject(ApiService)
      .crates()
      .then(
        (crates) => this.crates.set(crates),
        (error: unknown) => this.room.tell(error),
      );
  }

  protected load({ trackId, deck }: { trackId: string; deck: string }): void {
    this.preview.stop();
    void this.room.load(deck as DeckId, trackId);
  }

  /** Enter and double click load the own deck that is free. */
  protected open(trackId: string): void {
    const free = this.room.decks().find((deck) => this.decks().includes(deck.id) && !deck.facts().playing);
    if (free) this.load({ trackId, deck: free.id });
  }
}
