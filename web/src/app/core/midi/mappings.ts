// The mappings that ship. Another controller is another file in data/mappings and a line here.

import mixtrack from '@data/mappings/numark-mixtrack-pro-fx.json';
import ddj400 from '@data/mappings/pioneer-ddj-400.json';
import flx4 from '@data/mappings/pioneer-ddj-flx4.json';
import type { Mapping } from './mapping';

export const MAPPINGS = [ddj400, flx4, mixtrack] as unknown as readonly Mapping[];
