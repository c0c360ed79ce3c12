// Every area's texts; an area is a top-level key.

import arena from './arena.json';
import battle from './battle.json';
import common from './common.json';
import edge from './edge.json';
import judge from './judge.json';
import library from './library.json';
import lobby from './lobby.json';
import replay from './replay.json';
import studio from './studio.json';
import watch from './watch.json';
import widgets from './widgets.json';

export const es = { arena, battle, common, edge, judge, library, lobby, replay, studio, watch, widgets };
