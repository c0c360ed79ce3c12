// Files on their way into the library: sent one after the other, then followed until the server has
// decoded and analysed them. A file that fails keeps the server's words; the others go on.

import { computed, inject, Injectable, signal } from '@angular/core';
import { ApiService, type ImportResult } from '../core/api.service';
import type { Job } from '../core/model';

export type UploadStage = 'waiting' | 'sending' | 'working' | 'done' | 'failed';

export interface Upload {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly stage: UploadStage;
  /** 0–1 of the present stage. */
  readonly progress: number;
  readonly error?: string;
  readonly trackId?: string;
  /** A track that is the same recording in another encoding. */
  readonly same?: string;
}

/** The server's limit (docs/protocol.md); checked here too, to save the hour of sending. */
export const MAX_UPLOAD_BYTES = 512 * 2 ** 20;

@Injectable()
export class UploadQueue {
  private readonly api = inject(ApiService);
  private readonly items = signal<readonly Upload[]>([]);
  private readonly files = new Map<number, File>();
  private next = 1;
  private sending = false;

  readonly uploads = this.items.asReadonly();
  /** Grows with every track that has arrived. */
  readonly arrived = computed(
    () => this.items().filter((upload) => upload.stage === 'done').length,
  );

  add(files: Iterable<File>, tooLarge: (name: string) => string): void {
    for (const file of files) {
      const id = this.next++;
      const refused = file.size > MAX_UPLOAD_BYTES;
      if (!refused) this.files.set(id, file);
      this.items.update((items) => [
        ...items,
        {
          id,
          name: file.name,
          size: file.size,
          stage: refused ? 'failed' : 'waiting',
          progress: 0,
          ...(refused ? { error: tooLarge(file.name) } : {}),
        },
      ]);
    }
    void this.send();
  }

  clearFinished(): void {
    this.items.update((items) =>
      items.filter(({ stage }) => stage !== 'done' && stage !== 'failed'),
    );
  }

  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    for (let entry = this.first(); entry; entry = this.first()) {
      const [id, file] = entry;
      this.files.delete(id);
      await this.sendOne(id, file);
    }
    this.sending = false;
  }

  private first(): [number, File] | undefined {
    return this.files.entries().next().value;
  }

  /** Returns when the bytes are there; the analysis is followed on the side. */
  private async sendOne(id: number, file: File): Promise<void> {
    try {
      this.change(id, { stage: 'sending', progress: 0 });
      const job = await this.api.upload(file, (progress) => this.change(id, { progress }));
      this.change(id, { stage: 'working', progress: 0 });
      void this.follow(id, job);
    } catch (error) {
      this.change(id, { stage: 'failed', error: (error as Error).message });
    }
  }

  private async follow(id: number, job: Job<ImportResult>): Promise<void> {
    try {
      const result = await this.api.waitForJob(job, ({ progress }) =>
        this.change(id, { progress }),
      );
      this.change(id, {
        stage: 'done',
        progress: 1,
        trackId: result.trackId,
        same: result.same?.[0],
      });
    } catch (error) {
      this.change(id, { stage: 'failed', error: (error as Error).message });
    }
  }

  private change(id: number, change: Partial<Upload>): void {
    this.items.update((items) =>
      items.map((item) => (item.id === id ? { ...item, ...change } : item)),
    );
  }
}
