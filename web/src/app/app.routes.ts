import { Routes } from '@angular/router';

export const routes: Routes = [
  { path: 'battle/:id', loadComponent: () => import('./battle/battle-page').then((m) => m.BattlePage) },
  { path: '**', redirectTo: '' },
];
