// The HTTP API of docs/protocol.md, typed. Errors carry the server's code and its sentence.

import { inject, Injectable } from '@angular/core';
import type { JudgeReport } from './judge';
import type {
  Analysis,
  Battle,
  BattleFormat,
  Crate,
  CreatedBattle,
  EditState,
  Grid,
  Job,
  Recording,
  SimilarTracks,
  Track,
  TrackChange,
  VerifyResult,
} from './model';
import { SessionService } from './session.service';

export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** `same` are tracks that are the same recording in another encoding. */
export interface ImportResult {
  readonly trackId: string;
  readonly known?: boolean;
  readonly same?: readonly string[];
}

export interface TakenOver {
  readonly matched: number;
  readonly changed: number;
  readonly unmatched: readonly string[];
}

export interface TrackQuery {
  readonly q?: string;
  readonly crate?: string | null;
  readonly sort?: 'title' | 'artist' | 'bpm' | 'key' | 'energy' | 'duration' | 'added';
  readonly limit?: number;
  readonly offset?: number;
}

export interface NewBattle {
  readonly name: string;
  readonly format: BattleFormat;
  readonly rounds?: number;
  readonly roundSeconds?: number;
  readonly visibility?: 'public' | 'unlisted';
  readonly ranked: boolean;
  readonly equalDelay: boolean;
  readonly decks: 2 | 4;
}

export type RecordingFormat = 'flac' | 'opus';

const BASE = '/api/v1';
const JOB_POLL_MS = 400;

@Injectable({ providedIn: 'root' })
export class ApiService {
  private readonly session = inject(SessionService);

  tracks(query: TrackQuery = {}): Promise<{ total: number; tracks: Track[] }> {
    return this.get(`/tracks${queryString({ ...query })}`);
  }

  track(id: string): Promise<Track> {
    return this.get(`/tracks/${id}`);
  }

  deleteTrack(id: string): Promise<void> {
    return this.send('DELETE', `/tracks/${id}`);
  }

  waveform(trackId: string, signal?: AbortSignal): Promise<ArrayBuffer> {
    return this.bytes(`/tracks/${trackId}/waveform`, signal);
  }

  trackAudioUrl(id: string): string {
    return this.mediaUrl(`/tracks/${id}/audio`);
  }

  coverUrl(id: string): string {
    return this.mediaUrl(`/tracks/${id}/cover`);
  }

  grid(trackId: string): Promise<Grid> {
    return this.get(`/tracks/${trackId}/grid`);
  }

  saveGrid(trackId: string, grid: Grid): Promise<Grid> {
    const { anchorSeconds, bpm, changes } = grid;
    return this.send('PUT', `/tracks/${trackId}/grid`, { anchorSeconds, bpm, ...(changes ? { changes } : {}) });
  }

  analysis(trackId: string): Promise<Analysis> {
    return this.get(`/tracks/${trackId}/analysis`);
  }

  edits(trackId: string): Promise<EditState> {
    return this.get(`/tracks/${trackId}/edits`);
  }

  changeTrack(trackId: string, change: TrackChange): Promise<EditState> {
    return this.send('PATCH', `/tracks/${trackId}/edits`, change);
  }

  stepHistory(trackId: string, step: 'undo' | 'redo'): Promise<EditState> {
    return this.send('POST', `/tracks/${trackId}/${step}`);
  }

  similar(trackId: string): Promise<SimilarTracks> {
    return this.get(`/tracks/${trackId}/similar`);
  }

  /** Takes over the grids and cues of a rekordbox XML or a Traktor NML for one's own tracks. */
  async importCollection(file: File): Promise<TakenOver> {
    const headers = { 'Content-Type': 'application/octet-stream' };
    const response = await this.fetch('POST', '/interchange', file, undefined, headers);
    return this.waitForJob(((await response.json()) as { job: Job<TakenOver> }).job);
  }

  rekordboxUrl(scope: { crate?: string | null; track?: string } = {}): string {
    return this.mediaUrl('/rekordbox.xml', scope);
  }

  /** Sends a file and resolves with the import job; `onProgress` tells the share that was sent. */
  upload(file: File, onProgress?: (share: number) => void, signal?: AbortSignal): Promise<Job<ImportResult>> {
    // XMLHttpRequest, since fetch does not report how much of a body has been sent.
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', `${BASE}/tracks`);
      request.setRequestHeader('Content-Type', file.type.startsWith('audio/') ? file.type : 'application/octet-stream');
      request.setRequestHeader('X-Filename', encodeURIComponent(file.name));
      const token = this.session.token();
      if (token) request.setRequestHeader('Authorization', `Bearer ${token}`);
      request.upload.onprogress = (e) => onProgress?.(e.total > 0 ? e.loaded / e.total : 0);
      request.onerror = () => reject(new ApiError('unavailable', `${file.name}: the connection broke`, 0));
      request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
      request.onload = () => {
        const body = parseJson(request.responseText);
        if (request.status >= 300) reject(errorOf(body, request.status));
        else resolve((body as { job: Job<ImportResult> }).job);
      };
      signal?.addEventListener('abort', () => request.abort());
      request.send(file);
    });
  }

  async crates(): Promise<Crate[]> {
    const body = await this.get<Crate[] | { crates: Crate[] }>('/crates');
    return Array.isArray(body) ? body : body.crates;
  }

  createCrate(name: string): Promise<Crate> {
    return this.send('POST', '/crates', { name });
  }

  changeCrate(id: string, change: { name?: string; add?: string[]; remove?: string[] }): Promise<Crate> {
    return this.send('PUT', `/crates/${id}`, change);
  }

  deleteCrate(id: string): Promise<void> {
    return this.send('DELETE', `/crates/${id}`);
  }

  job<R>(id: string): Promise<Job<R>> {
    return this.get(`/jobs/${id}`);
  }

  /** Follows a job to its end; rejects when it failed. */
  async waitForJob<R>(job: Job<R>, onProgress?: (job: Job<R>) => void, signal?: AbortSignal): Promise<R> {
    for (let now = job; ; now = await this.job<R>(job.id)) {
      signal?.throwIfAborted();
      onProgress?.(now);
      if (now.state === 'done') return now.result as R;
      if (now.state === 'failed' || now.state === 'cancelled') {
        const { error } = now;
        throw new ApiError('failed', (typeof error === 'object' ? error?.message : error) ?? now.state, 200);
      }
      await new Promise((resolve) => setTimeout(resolve, JOB_POLL_MS));
    }
  }

  async battles(state?: 'live' | 'ended'): Promise<Battle[]> {
    return (await this.get<{ battles: Battle[] }>(`/battles${queryString({ state })}`)).battles;
  }

  battle(id: string): Promise<Battle> {
    return this.get(`/battles/${id}`);
  }

  createBattle(battle: NewBattle): Promise<CreatedBattle> {
    return this.send('POST', '/battles', battle);
  }

  listenUrl(battleId: string): string {
    return this.mediaUrl(`/battles/${battleId}/listen.ogg`);
  }

  recordings(limit: number, offset: number): Promise<{ total: number; recordings: Recording[] }> {
    return this.get(`/recordings${queryString({ limit, offset })}`);
  }

  recording(id: string): Promise<Recording> {
    return this.get(`/recordings/${id}`);
  }

  recordingLogUrl(id: string): string {
    return this.mediaUrl(`/recordings/${id}/log`);
  }

  /** Has the audio rendered if it is not yet, and resolves with an address that plays or downloads it. */
  async renderRecording(id: string, format: RecordingFormat, onProgress?: (share: number) => void): Promise<string> {
    const path = `/recordings/${id}/audio.${format}`;
    // One byte is asked for: a finished rendering answers 206, one under way 202 with its job.
    const response = await this.fetch('GET', path, undefined, undefined, { Range: 'bytes=0-0' });
    if (response.status === 202) {
      await this.waitForJob((await response.json()) as Job, (job) => onProgress?.(job.progress));
    } else {
      await response.body?.cancel();
    }
    return this.mediaUrl(path);
  }

  /** Waits for the judge where it has not come to this battle yet. */
  async verdict(id: string): Promise<JudgeReport> {
    const path = `/recordings/${id}/verdict`;
    const response = await this.fetch('GET', path);
    if (response.status !== 202) return (await response.json()) as JudgeReport;
    await this.waitForJob((await response.json()) as Job);
    return this.get(path);
  }

  replayRecording(id: string): Promise<Battle> {
    return this.send('POST', `/recordings/${id}/replay`);
  }

  /** A battle of one's own in which everything stands as the recording had it then. */
  takeOverRecording(id: string, seconds: number): Promise<CreatedBattle> {
    return this.send('POST', `/recordings/${id}/take-over`, { seconds });
  }

  verifyRecording(id: string): Promise<Job<VerifyResult>> {
    return this.send('POST', `/recordings/${id}/verify`);
  }

  async iceServers(): Promise<RTCIceServer[]> {
    return (await this.get<{ iceServers: RTCIceServer[] }>('/ice')).iceServers;
  }

  mediaUrl(path: string, query: Record<string, string | null | undefined> = {}): string {
    return `${BASE}${path}${queryString({ ...query, token: this.session.token() })}`;
  }

  async get<T>(path: string): Promise<T> {
    return (await (await this.fetch('GET', path)).json()) as T;
  }

  async bytes(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
    return (await this.fetch('GET', path, undefined, signal)).arrayBuffer();
  }

  async send<T>(method: string, path: string, body?: object, signal?: AbortSignal): Promise<T> {
    const response = await this.fetch(method, path, body, signal);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  private async fetch(
    method: string,
    path: string,
    body?: object | File,
    signal?: AbortSignal,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const token = this.session.token();
    const response = await fetch(BASE + path, {
      method,
      signal,
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(body ? { 'Content-Type': 'application/json' } : {}),
        ...headers,
      },
      body: body instanceof File ? body : body && JSON.stringify(body),
    });
    if (!response.ok) throw errorOf(parseJson(await response.text()), response.status);
    return response;
  }
}

function queryString(values: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([k, v]) => [k, String(v)]))}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function errorOf(body: unknown, status: number): ApiError {
  const error = (body as { error?: { code?: string; message?: string } } | null)?.error;
  return new ApiError(error?.code ?? 'internal', error?.message ?? `HTTP ${status}`, status);
}
