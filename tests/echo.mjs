// Starts the echo program (build/dju_echo, or DJU_ECHO) on a free port and gives raw sockets to it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";

export async function startEcho() {
  const program =
    process.env.DJU_ECHO ?? fileURLToPath(new URL("../build/dju_echo", import.meta.url));
  const child = spawn(program, ["0"], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const port = Number(String(line).trim());
  return {
    port,
    child,
    async stop() {
      child.stdin.end();
      const [code] = await once(child, "exit");
      return code;
    },
  };
}

// A WebSocket whose messages, close and errors are waited for in order.
export class Raw {
  #messages = [];
  #waiting = [];

  constructor(url, options = {}) {
    this.ws = new WebSocket(url, options);
    this.ws.binaryType = "nodebuffer";
    this.closed = new Promise((resolve) =>
      this.ws.on("close", (code, reason) => resolve({ code, reason: String(reason) })),
    );
    this.refused = new Promise((resolve) =>
      this.ws.on("unexpected-response", (_, response) => {
        let body = "";
        response.on("data", (data) => (body += data));
        response.on("end", () => resolve({ status: response.statusCode, body }));
      }),
    );
    this.ws.on("error", () => {});
    this.ws.on("message", (data, isBinary) => this.#take(isBinary ? data : String(data)));
  }

  #take(message) {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(message);
    else this.#messages.push(message);
  }

  next() {
    if (this.#messages.length > 0) return Promise.resolve(this.#messages.shift());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  // The next message that is not a heartbeat, which is answered.
  async nextPacket() {
    for (;;) {
      const message = await this.next();
      if (message !== "2") return message;
      this.ws.send("3");
    }
  }

  send(data) {
    this.ws.send(data);
  }
}
