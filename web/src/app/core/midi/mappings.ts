// The mappings that ship. Another controller is another file in data/mappings and a line here.

import inpulse300 from '@data/mappings/hercules-djcontrol-inpulse-300.json';
import mixtrack from '@data/mappings/numark-mixtrack-pro-fx.json';
import partyMix from '@data/mappings/numark-party-mix-mkii.json';
import ddj200 from '@data/mappings/pioneer-ddj-200.json';
import ddj400 from '@data/mappings/pioneer-ddj-400.json';
import flx4 from '@data/mappings/pioneer-ddj-flx4.json';
import type { Mapping } from './mapping';

export const MAPPINGS = [ddj200, ddj400, flx4, inpulse300, mixtrack, partyMix] as unknown as readonly Mapping[];
