// Starts the built program on a free port with a data folder of its own, and speaks to it as a
// client would. Used by every integration test.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { io } from 'socket.io-client';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const dju = process.env.DJU_BINARY ?? path.join(root, 'build/dju');
export const run = promisify(execFile);

// A crate of short synthesised tracks, one a genre, made once a test process.
const crates = new Map();
export async function demoCrate({ genres = ['house', 'trance'], seconds = 40 } = {}) {
  const key = `${genres} ${seconds}`;
  if (!crates.has(key)) crates.set(key, makeCrate(genres, seconds));
  return crates.get(key);
}

async function makeCrate(genres, seconds) {
  const folder = await mkdtemp(path.join(tmpdir(), 'dju-crate-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  await run(dju, ['demo-tracks', folder, '--seed', '7', '--per-genre', '1', ...genres.flatMap((genre) => ['--genre', genre]), '--seconds', `${seconds}`]);
  return folder;
}

export class Server {
  static async start({ dataDir, args = [], withTracks = true, crate } = {}) {
    const server = new Server();
    server.ownsData = !dataDir;
    server.dataDir = dataDir ?? (await mkdtemp(path.join(tmpdir(), 'dju-data-')));
    if (withTracks) await run(dju, ['import', await demoCrate(crate), '--data-dir', server.dataDir]);
    await server.launch(args);
    return server;
  }

  async launch(args = []) {
    const ports = ['--port', '--media-port'].filter((port) => !args.includes(port)).flatMap((port) => [port, '0']);
    this.process = spawn(dju, ['serve', '--data-dir', this.dataDir, ...ports, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.output = '';
    this.process.stderr.on('data', (text) => (this.output += text));
    // The program prints its address once it takes connections.
    const address = await new Promise((resolve, reject) => {
      this.process.stdout.on('data', (text) => {
        this.output += text;
        const found = /(https?:\/\/(?:127\.0\.0\.1|localhost):\d+)/.exec(this.output);
        if (found) resolve(found[1]);
      });
      this.process.on('exit', (code) => reject(new Error(`dju serve exited with ${code}: ${this.output}`)));
    });
    this.url = address;
  }

  async stop(signal = 'SIGTERM') {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const gone = once(this.process, 'exit');
      this.process.kill(signal);
      await gone;
    }
  }

  async close() {
    await this.stop();
    if (this.ownsData) await rm(this.dataDir, { recursive: true, force: true });
  }

  async api(method, pathName, { token, body, headers = {}, raw } = {}) {
    const response = await fetch(`${this.url}/api/v1${pathName}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body !== undefined && raw === undefined ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      body: raw ?? (body !== undefined ? JSON.stringify(body) : undefined),
    });
    const text = await response.text();
    let json;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    return { status: response.status, json, text, headers: response.headers };
  }

  async guest(name) {
    return (await this.api('POST', '/guests', { body: { name } })).json;
  }

  // Waits for a job to end; its last state.
  async job(id, token) {
    for (;;) {
      const { json } = await this.api('GET', `/jobs/${id}`, { token });
      if (['done', 'failed', 'cancelled'].includes(json.state)) return json;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async connect(guest) {
    const socket = io(`${this.url}/battle`, {
      transports: ['websocket'],
      auth: { token: guest?.token },
      reconnection: false,
      forceNew: true,
    });
    await new Promise((resolve, reject) => {
      socket.on('connect', resolve);
      socket.on('connect_error', reject);
    });
    return new Client(socket, guest);
  }
}

export class Client {
  constructor(socket, guest) {
    this.socket = socket;
    this.guest = guest;
    this.heard = [];
    socket.onAny((event, payload) => this.heard.push({ event, payload }));
  }

  // Emits and waits for the acknowledgement.
  ask(event, payload) {
    return new Promise((resolve, reject) => {
      this.socket.timeout(10000).emit(event, payload, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  }

  command(battleId, command, extra = {}) {
    return this.ask('midi-command', { battleId, playerId: this.guest.playerId, command, ...extra });
  }

  of(event) {
    return this.heard.filter((entry) => entry.event === event).map((entry) => entry.payload);
  }

  // The first payload of `event`, past or to come, for which `matches` holds.
  async until(event, matches = () => true) {
    const past = this.of(event).find(matches);
    if (past) return past;
    return new Promise((resolve) => {
      const listener = (payload) => {
        if (!matches(payload)) return;
        this.socket.off(event, listener);
        resolve(payload);
      };
      this.socket.on(event, listener);
    });
  }

  close() {
    this.socket.disconnect();
  }
}

// A battle with both seats taken and one spectator.
export async function openBattle(server, request = { name: 'Test battle', format: 'back_to_back' }) {
  const [ada, bob, cleo] = await Promise.all(['Ada', 'Bob', 'Cleo'].map((name) => server.guest(name)));
  const battle = (await server.api('POST', '/battles', { token: ada.token, body: request })).json;
  const a = await server.connect(ada);
  const b = await server.connect(bob);
  const c = await server.connect(cleo);
  const joined = [
    await a.ask('join-battle', { battleId: battle.id, role: 'dj' }),
    await b.ask('join-battle', { battleId: battle.id, role: 'dj', invite: battle.invite }),
    await c.ask('join-battle', { battleId: battle.id, role: 'spectator', watch: battle.watch }),
  ];
  return { battle, a, b, c, joined };
}
