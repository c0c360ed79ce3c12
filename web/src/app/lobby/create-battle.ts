// A new battle: its name, form and visibility; then the two links that bring others in.

import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  output,
  signal,
} from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslocoDirective } from '@jsverse/transloco';
import { ApiService } from '../core/api.service';
import type { BattleFormat, CreatedBattle } from '../core/model';
import { SessionService } from '../core/session.service';
import { CopyLink } from './copy-link';

@Component({
  selector: 'dju-create-battle',
  imports: [CopyLink, RouterLink, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './create-battle.html',
  styleUrl: './create-battle.css',
})
export class CreateBattle {
  readonly created = output<CreatedBattle>();

  private readonly api = inject(ApiService);
  private readonly session = inject(SessionService);
  protected readonly formats: readonly BattleFormat[] = ['back_to_back', 'rounds', 'free'];
  protected readonly format = signal<BattleFormat>('back_to_back');
  protected readonly battle = signal<CreatedBattle | null>(null);
  protected readonly busy = signal(false);
  protected readonly error = signal<string | null>(null);
  protected readonly named = computed(() => !!this.session.name());

  protected async create(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const rounds = this.format() === 'rounds';
    this.busy.set(true);
    this.error.set(null);
    try {
      const battle = await this.api.createBattle({
        name: String(form.get('battle')).trim(),
        format: this.format(),
        visibility: form.get('unlisted') ? 'unlisted' : 'public',
        ranked: form.get('ranked') !== null,
        equalDelay: form.get('equalDelay') !== null,
        decks: form.get('fourDecks') ? 4 : 2,
        ...(rounds
          ? { rounds: Number(form.get('rounds')), roundSeconds: Number(form.get('minutes')) * 60 }
          : {}),
      });
      this.battle.set(battle);
      this.created.emit(battle);
    } catch (error) {
      this.error.set((error as Error).message);
    } finally {
      this.busy.set(false);
    }
  }

  protected inviteLink(battle: CreatedBattle): string {
    return `${location.origin}/battle/${battle.id}?invite=${encodeURIComponent(battle.invite)}`;
  }

  protected watchLink(battle: CreatedBattle): string {
    const secret =
      battle.visibility === 'unlisted' ? `?watch=${encodeURIComponent(battle.watch)}` : '';
    return `${location.origin}/watch/${battle.id}${secret}`;
  }
}
