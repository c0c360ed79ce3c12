// Crates: DJs' own lists of tracks. Chosen, created, renamed and deleted here; a track dragged onto a
// crate is put into it.

import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  inject,
  input,
  model,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import type { Crate } from '../core/model';
import { TRACK_DRAG_TYPE } from '../widgets/track-browser/track-browser';

@Component({
  selector: 'dju-crates-panel',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <nav *transloco="let t; prefix: 'library'" [attr.aria-label]="t('crates')">
      <h2>{{ t('crates') }}</h2>
      <ul>
        <li>
          <button
            type="button"
            class="entry"
            [class.on]="chosen() === null"
            [attr.aria-pressed]="chosen() === null"
            (click)="chosen.set(null)"
          >
            {{ t('allTracks') }}
          </button>
        </li>
        @for (crate of crates(); track crate.id) {
          <li>
            @if (renaming() === crate.id) {
              <form (submit)="rename($event, crate)">
                <input
                  #name
                  [value]="crate.name"
                  maxlength="64"
                  required
                  [attr.aria-label]="t('crateName')"
                  (keydown.escape)="renaming.set(null)"
                />
                <button type="submit">{{ t('save') }}</button>
              </form>
            } @else {
              <button
                type="button"
                class="entry"
                [class.on]="chosen() === crate.id"
                [class.over]="over() === crate.id"
                [attr.aria-pressed]="chosen() === crate.id"
                (click)="chosen.set(crate.id)"
                (dragover)="dragOver($event, crate.id)"
                (dragleave)="over.set(null)"
                (drop)="drop($event, crate.id)"
              >
                <span>{{ crate.name }}</span
                ><small>{{ crate.tracks.length }}</small>
              </button>
              @if (chosen() === crate.id) {
                <span class="tools">
                  <button type="button" (click)="renaming.set(crate.id)">{{ t('rename') }}</button>
                  <button type="button" (click)="confirmDelete(crate)">
                    {{ t('deleteCrate') }}
                  </button>
                </span>
              }
            }
          </li>
        }
      </ul>
      <form (submit)="create($event)">
        <input
          name="name"
          maxlength="64"
          required
          [placeholder]="t('newCrate')"
          [attr.aria-label]="t('newCrate')"
        />
        <button type="submit">{{ t('add') }}</button>
      </form>
    </nav>
  `,
  styles: `
    h2 {
      font-size: 16px;
      margin-bottom: 8px;
    }
    ul {
      list-style: none;
      margin: 0 0 10px;
      padding: 0;
      display: grid;
      gap: 2px;
    }
    .entry {
      width: 100%;
      display: flex;
      justify-content: space-between;
      gap: 8px;
      align-items: center;
      text-align: left;
      border-color: transparent;
      background: none;
    }
    .entry span {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .entry.on {
      background: var(--dju-raised);
    }
    .entry.over {
      border-color: var(--dju-accent);
    }
    small {
      color: var(--dju-text-dim);
      font-variant-numeric: tabular-nums;
    }
    .tools {
      display: flex;
      gap: 4px;
      padding: 2px 0 6px 8px;
    }
    .tools button {
      min-height: 26px;
      padding: 1px 8px;
      font-size: 13px;
      color: var(--dju-text-dim);
      background: none;
    }
    form {
      display: flex;
      gap: 6px;
    }
    input {
      flex: 1;
      min-width: 0;
    }
  `,
})
export class CratesPanel {
  readonly crates = input.required<readonly Crate[]>();
  readonly chosen = model<string | null>(null);
  readonly createCrate = output<string>();
  readonly renameCrate = output<{ id: string; name: string }>();
  readonly deleteCrate = output<string>();
  readonly putTrack = output<{ crate: string; track: string }>();

  protected readonly renaming = signal<string | null>(null);
  protected readonly over = signal<string | null>(null);
  private readonly transloco = inject(TranslocoService);
  private readonly name = viewChild<ElementRef<HTMLInputElement>>('name');

  protected create(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const name = String(new FormData(form).get('name')).trim();
    if (!name) return;
    this.createCrate.emit(name);
    form.reset();
  }

  protected rename(event: SubmitEvent, crate: Crate): void {
    event.preventDefault();
    const name = this.name()?.nativeElement.value.trim();
    this.renaming.set(null);
    if (name && name !== crate.name) this.renameCrate.emit({ id: crate.id, name });
  }

  protected confirmDelete(crate: Crate): void {
    if (confirm(this.transloco.translate('library.reallyDeleteCrate', { name: crate.name })))
      this.deleteCrate.emit(crate.id);
  }

  protected dragOver(event: DragEvent, crate: string): void {
    if (!event.dataTransfer?.types.includes(TRACK_DRAG_TYPE)) return;
    event.preventDefault();
    this.over.set(crate);
  }

  protected drop(event: DragEvent, crate: string): void {
    const track = event.dataTransfer?.getData(TRACK_DRAG_TYPE);
    this.over.set(null);
    if (!track) return;
    event.preventDefault();
    this.putTrack.emit({ crate, track });
  }
}
