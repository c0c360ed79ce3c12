import { Routes } from '@angular/router';

/** False in production builds, which then leave the gallery out. */
declare const ngDevMode: boolean;

export const routes: Routes = [
  { path: '', pathMatch: 'full', loadComponent: () => import('./lobby/lobby').then((m) => m.Lobby) },
  { path: 'library', loadComponent: () => import('./library/library').then((m) => m.Library) },
  { path: 'arena', loadComponent: () => import('./arena/arena').then((m) => m.Arena) },
  { path: 'arena/taste', loadComponent: () => import('./arena/taste').then((m) => m.TastePage) },
  { path: 'arena/lineage/:name', loadComponent: () => import('./arena/lineage').then((m) => m.LineagePage) },
  { path: 'arena/:id', loadComponent: () => import('./arena/tournament').then((m) => m.TournamentPage) },
  { path: 'studio', loadComponent: () => import('./studio/studio').then((m) => m.Studio) },
  { path: 'mixes/:id', loadComponent: () => import('./studio/mix').then((m) => m.MixPage) },
  { path: 'watch/:id', loadComponent: () => import('./watch/watch').then((m) => m.Watch) },
  { path: 'recordings', loadComponent: () => import('./replay/recordings').then((m) => m.Recordings) },
  { path: 'recordings/:id', loadComponent: () => import('./replay/recording').then((m) => m.RecordingPage) },
  { path: 'listen', loadComponent: () => import('./edge/listen').then((m) => m.Listen) },
  { path: 'report/:id', loadComponent: () => import('./judge/report').then((m) => m.Report) },
  { path: 'battle/:id', loadComponent: () => import('./battle/battle-page').then((m) => m.BattlePage) },
  ...(ngDevMode
    ? [{ path: 'widgets', loadComponent: () => import('./widgets/gallery/gallery').then((m) => m.Gallery) }]
    : []),
  { path: '**', redirectTo: '' },
];
