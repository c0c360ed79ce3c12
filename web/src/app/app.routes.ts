import { Routes } from '@angular/router';

export const routes: Routes = [
  { path: '', pathMatch: 'full', loadComponent: () => import('./lobby/lobby').then((m) => m.Lobby) },
  { path: 'library', loadComponent: () => import('./library/library').then((m) => m.Library) },
  { path: 'recordings', loadComponent: () => import('./replay/recordings').then((m) => m.Recordings) },
  { path: 'recordings/:id', loadComponent: () => import('./replay/recording').then((m) => m.RecordingPage) },
  { path: 'battle/:id', loadComponent: () => import('./battle/battle-page').then((m) => m.BattlePage) },
  { path: '**', redirectTo: '' },
];
