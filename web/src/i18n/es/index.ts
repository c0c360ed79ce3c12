// Every area's texts; an area is a top-level key.

import battle from './battle.json';
import common from './common.json';

export const es = { battle, common };
