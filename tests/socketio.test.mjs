// What Engine.IO 4 and Socket.IO 5 ask of a server, in our own words, against the echo program: once
// with bare WebSockets, once with the unmodified socket.io-client.
import assert from "node:assert/strict";
import net from "node:net";
import { after, before, describe, test } from "node:test";
import { io } from "socket.io-client";
import { Raw, startEcho } from "./echo.mjs";

let echo;
const raw = (path, query = "EIO=4&transport=websocket", options) =>
  new Raw(`ws://127.0.0.1:${echo.port}${path}?${query}`, options);
const event = (socket, name) => new Promise((resolve) => socket.once(name, resolve));

before(async () => (echo = await startEcho()));
after(async () => assert.equal(await echo.stop(), 0));

async function joined(nsp = "") {
  const socket = raw("/socket.io/");
  await socket.nextPacket();
  socket.send(`40${nsp}`);
  await socket.nextPacket();
  await socket.nextPacket();
  return socket;
}

describe("Engine.IO handshake", () => {
  test("opens with what a client must know", async () => {
    const socket = raw("/engine.io/");
    const open = await socket.next();
    assert.equal(open[0], "0");
    const { sid, ...rest } = JSON.parse(open.slice(1));
    assert.match(sid, /^[\w-]{20}$/);
    assert.deepEqual(rest, {
      upgrades: [],
      pingInterval: 300,
      pingTimeout: 200,
      maxPayload: 1000000,
    });
    socket.ws.close();
  });

  for (const [what, query] of [
    ["no version", "transport=websocket"],
    ["version 3", "EIO=3&transport=websocket"],
    ["a version that is no number", "EIO=abc&transport=websocket"],
    ["no transport", "EIO=4"],
    ["another transport", "EIO=4&transport=polling"],
    ["a session id", "EIO=4&transport=websocket&sid=abc"],
  ]) {
    test(`refuses ${what}`, async () => {
      const { status, body } = await raw("/engine.io/", query).refused;
      assert.equal(status, 400);
      assert.match(JSON.parse(body).error.message, /Engine\.IO/);
    });
  }

  test("refuses a page of another origin, takes one of its own", async () => {
    const foreign = raw("/socket.io/", undefined, { origin: "https://evil.example" });
    assert.equal((await foreign.refused).status, 403);
    const own = raw("/socket.io/", undefined, { origin: `http://127.0.0.1:${echo.port}` });
    assert.equal((await own.next())[0], "0");
    own.ws.close();
  });

  test("long polling is answered with 400", async () => {
    const url = `http://127.0.0.1:${echo.port}/socket.io/?EIO=4&transport=polling`;
    for (const method of ["GET", "POST", "PUT"]) {
      assert.equal((await fetch(url, { method })).status, 400);
    }
  });
});

describe("Engine.IO session", () => {
  test("carries text and binary both ways", async () => {
    const socket = raw("/engine.io/");
    await socket.next();
    socket.send("4¡olé!");
    assert.equal(await socket.nextPacket(), "4¡olé!");
    socket.send(Buffer.from([0, 1, 254, 255]));
    assert.deepEqual(await socket.nextPacket(), Buffer.from([0, 1, 254, 255]));
    socket.ws.close();
  });

  test("lives as long as its pings are answered", async () => {
    const socket = raw("/engine.io/");
    await socket.next();
    for (let i = 0; i < 3; ++i) {
      assert.equal(await socket.next(), "2");
      socket.send("3");
    }
    socket.ws.close();
  });

  test("ends when a ping is not answered, and says so", async () => {
    const { code, reason } = await raw("/engine.io/").closed;
    assert.equal(code, 1008);
    assert.equal(reason, "ping timeout");
  });

  for (const [what, packet] of [
    ["an unknown type", "abc"],
    ["an empty packet", ""],
    ["a ping of the client", "2"],
    ["an open packet of the client", "0{}"],
  ]) {
    test(`ends after ${what}`, async () => {
      const socket = raw("/engine.io/");
      await socket.next();
      socket.send(packet);
      assert.equal((await socket.closed).code, 1002);
    });
  }

  test("ends at the client's wish", async () => {
    const socket = raw("/engine.io/");
    await socket.next();
    socket.send("1");
    assert.equal((await socket.closed).code, 1000);
  });

  test("ends after a message beyond maxPayload", async () => {
    const socket = raw("/engine.io/");
    await socket.next();
    socket.send("4" + "x".repeat(1000000));
    assert.equal((await socket.closed).code, 1009);
  });

  test("answers WebSocket pings", async () => {
    const socket = raw("/engine.io/");
    await socket.next();
    const pong = new Promise((resolve) => socket.ws.once("pong", resolve));
    socket.ws.ping("are you there");
    assert.equal(String(await pong), "are you there");
    socket.ws.close();
  });

  test("ends after a flood", async () => {
    const socket = raw("/engine.io/");
    await socket.next();
    for (let i = 0; i < 20000; ++i) socket.send("3");
    const { code, reason } = await socket.closed;
    assert.equal(code, 1008);
    assert.match(reason, /too many messages/);
  });
});

describe("Strangers on the port", () => {
  const upgrade =
    "GET /engine.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n" +
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  const talk = (bytes) =>
    new Promise((resolve) => {
      const socket = net.connect(echo.port, "127.0.0.1", () => socket.write(bytes));
      let answer = "";
      socket.on("data", (data) => (answer += data.toString("latin1")));
      socket.on("error", () => {});
      socket.on("close", () => resolve(answer));
    });

  test("garbage instead of a handshake gets a 400", async () => {
    assert.match(await talk("\x00\x01\x02 garbage\r\n\r\n"), /^HTTP\/1\.1 400 /);
  });

  test("frames sent together with the handshake are read", async () => {
    const frame = Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x31]); // "1": close
    const answer = await talk(Buffer.concat([Buffer.from(upgrade), frame]));
    assert.match(answer, /^HTTP\/1\.1 101 [^]*client closed the session/);
  });

  test("an unmasked frame and invalid UTF-8 end the session with their codes", async () => {
    const unmasked = Buffer.from([0x81, 0x01, 0x34]);
    assert.match(await talk(Buffer.concat([Buffer.from(upgrade), unmasked])), /not masked/);
    const invalid = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]);
    assert.match(await talk(Buffer.concat([Buffer.from(upgrade), invalid])), /not UTF-8/);
  });

  test("a client that vanishes without a word is noticed", async () => {
    const socket = raw("/engine.io/");
    await socket.next();
    socket.ws.pause(); // half open: reads nothing, answers nothing
    await new Promise((resolve) => {
      const probe = raw("/engine.io/"); // one that outlives it by its own timeout
      probe.closed.then(resolve);
    });
    socket.ws.resume();
    await socket.closed;
  });

  test("a reader that stops is cut when its queue is full, others go on", async () => {
    const slow = await joined();
    slow.ws.pause();
    slow.send('42["flood-me",400]');
    const other = await joined();
    other.send('42["message",1]');
    assert.equal(await other.nextPacket(), '42["message-back",1]');
    slow.ws.resume();
    await slow.closed;
    other.ws.close();
  });
});

describe("Socket.IO packets", () => {
  test("unknown namespaces are refused, the connection stays", async () => {
    const socket = raw("/socket.io/");
    await socket.nextPacket();
    socket.send("40/nowhere,");
    assert.equal(await socket.nextPacket(), '44/nowhere,{"message":"Invalid namespace"}');
    socket.send("40/custom,");
    assert.match(await socket.nextPacket(), /^40\/custom,\{"sid":"/);
    socket.ws.close();
  });

  for (const [what, packet] of [
    ["an unknown packet type", "49"],
    ["an event that is no array", "42{}"],
    ["an empty event", "42[]"],
    ["an event without a name", "42[1]"],
    ["broken JSON", '42["message"'],
    ["a reserved name", '42["disconnect"]'],
    ["an acknowledgement id that is no number", '42abc["message"]'],
    ["JSON nested too deep", `42["message",${"[".repeat(40)}${"]".repeat(40)}]`],
    ["too many attachments", '459-["message"]'],
    ["a placeholder without attachment", '42["message",{"_placeholder":true,"num":0}]'],
    ["an attachment without an event", Buffer.from([1])],
  ]) {
    test(`${what} ends the connection`, async () => {
      const socket = await joined();
      socket.send(packet);
      assert.match((await socket.closed).reason, /invalid|nested|attachments|JSON/i);
    });
  }

  test("text where an attachment is due ends the connection", async () => {
    const socket = await joined();
    socket.send('451-["message",{"_placeholder":true,"num":0}]');
    socket.send('42["message",1]');
    assert.match((await socket.closed).reason, /attachment/);
  });

  test("a client that joins nothing is sent away", async () => {
    const socket = raw("/socket.io/");
    for (;;) {
      const message = await Promise.race([socket.next(), socket.closed]);
      if (message === "2") socket.send("3");
      if (typeof message === "object") {
        assert.match(message.reason, /no namespace/);
        return;
      }
    }
  });
});

describe("socket.io-client", () => {
  const connect = (nsp = "/", auth = {}) =>
    io(`http://127.0.0.1:${echo.port}${nsp}`, {
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      auth,
    });

  test("connects with its auth and gets an answer to everything", async () => {
    const socket = connect("/custom", { token: "t-1" });
    assert.deepEqual(await event(socket, "auth"), { token: "t-1" });
    const back = new Promise((resolve) => socket.once("message-back", (...args) => resolve(args)));
    socket.emit("message", 1, "dos", { three: [true, null] });
    assert.deepEqual(await back, [1, "dos", { three: [true, null] }]);
    assert.deepEqual(await socket.emitWithAck("message-with-ack", { a: 1 }), { a: 1 });
    socket.disconnect();
  });

  test("connect_error carries message and data", async () => {
    const socket = connect("/custom", { refuse: "battle is full" });
    const error = await event(socket, "connect_error");
    assert.equal(error.message, "battle is full");
    assert.deepEqual(error.data, { code: "forbidden" });
    socket.disconnect();
  });

  test("binary travels both ways, nested, with acknowledgement", async () => {
    const socket = connect();
    const sent = { name: "wave", data: Buffer.from([1, 2, 3]), more: [Buffer.alloc(70000, 7)] };
    const got = await socket.emitWithAck("message-with-ack", sent);
    assert.deepEqual(got, sent);
    socket.disconnect();
  });

  test("large text arrives whole", async () => {
    const socket = connect();
    const text = "ñ".repeat(400000);
    assert.equal(await socket.emitWithAck("message-with-ack", text), text);
    socket.disconnect();
  });

  test("unknown events are answered as such", async () => {
    const socket = connect();
    const answer = await socket.emitWithAck("no-such-event", 1);
    assert.equal(answer.success, false);
    assert.equal(answer.code, "not_found");
    socket.disconnect();
  });

  test("an error in a handler is answered without its cause", async () => {
    const socket = connect("/rooms");
    const answer = await socket.emitWithAck("join", { not: "a string" });
    assert.equal(answer.code, "internal");
    assert.match(answer.error, /^internal error, id [\w-]{8}$/);
    socket.disconnect();
  });

  test("the server can ask, too", async () => {
    const socket = connect();
    socket.on("question", (a, b, answer) => answer(a + b));
    assert.equal(await socket.emitWithAck("ask-me", 20, 22), 42);
    socket.disconnect();
  });

  test("a disconnect by the server has its reason", async () => {
    const socket = connect();
    await event(socket, "auth");
    socket.emit("leave");
    assert.equal(await event(socket, "disconnect"), "io server disconnect");
  });

  test("many clients: a room hears everything, others nothing", async () => {
    const inside = Array.from({ length: 50 }, () => connect("/rooms"));
    const outside = connect("/rooms");
    await Promise.all(inside.map((socket) => socket.emitWithAck("join", "hall")));
    let leaked = 0;
    outside.on("shouted", () => ++leaked);
    const heard = inside.slice(1).map((socket) => event(socket, "shouted"));
    assert.equal(await inside[0].emitWithAck("shout", "hall", "drop!"), 50);
    assert.deepEqual(new Set(await Promise.all(heard)), new Set(["drop!"]));
    inside[1].disconnect();
    await outside.emitWithAck("join", "elsewhere");
    assert.equal(leaked, 0);
    for (const socket of [...inside, outside]) socket.disconnect();
  });
});

describe("HTTP beside the sockets", () => {
  test("is served on the same port", async () => {
    const base = `http://127.0.0.1:${echo.port}`;
    assert.equal(await (await fetch(`${base}/hello`)).text(), "hello\n");
    const posted = await fetch(`${base}/echo`, { method: "POST", body: '{"a": [1]}' });
    assert.deepEqual(await posted.json(), { a: [1] });
  });
});
