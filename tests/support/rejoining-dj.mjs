// A DJ who drops and comes back, as the page does: silence for 5 s ends the connection, and a new one
// joins again. Runs in the namespace at the far end; prints a JSON line for each join.
//
//   rejoining-dj.mjs URL TOKEN BATTLE-ID
import { io } from 'socket.io-client';

const [url, token, battleId] = process.argv.slice(2);
const socket = io(`${url}/battle`, {
  transports: ['websocket'], auth: { token }, reconnectionDelay: 300, reconnectionDelayMax: 3000, timeout: 4000,
});
let heardAt = Date.now();
socket.onAny(() => (heardAt = Date.now()));
socket.on('connect', () => {
  heardAt = Date.now();
  socket.emit('join-battle', { battleId, role: 'dj' }, (joined) => console.log(JSON.stringify(joined)));
});
setInterval(() => {
  if (socket.connected && Date.now() - heardAt > 5000) socket.disconnect().connect();
}, 500);
