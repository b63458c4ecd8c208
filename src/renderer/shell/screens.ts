/**
 * The screens: their names, their place in the rail and the code that is loaded when one is first shown.
 */
import {
  ChartLine,
  Database,
  FlaskConical,
  House,
  NotebookPen,
  PencilRuler,
  ScanSearch,
  Settings,
  TableProperties,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { Screen } from './router'

export interface ScreenFacts {
  title: string
  load: () => Promise<{ default: Component }>
}

export const SCREEN_FACTS: Record<Screen, ScreenFacts> = {
  home: { title: 'Home', load: () => import('../features/home/HomeScreen.vue') },
  data: { title: 'Data', load: () => import('../features/data/DataScreen.vue') },
  design: { title: 'Design', load: () => import('../features/design/DesignScreen.vue') },
  live: { title: 'Live', load: () => import('../features/live/LiveScreen.vue') },
  runs: { title: 'Runs', load: () => import('../features/runs/RunsScreen.vue') },
  compare: { title: 'Compare', load: () => import('../features/compare/CompareScreen.vue') },
  inspect: { title: 'Inspect', load: () => import('../features/inspect/InspectScreen.vue') },
  report: { title: 'Report', load: () => import('../features/report/ReportScreen.vue') },
  paper: { title: 'Pen & paper', load: () => import('../features/paper/PaperScreen.vue') },
  settings: { title: 'Settings', load: () => import('../features/settings/SettingsScreen.vue') },
}

export interface RailEntry {
  screen: Screen
  label: string
  icon: Component
  /** Screens that belong to this entry and have none of their own. */
  also: readonly Screen[]
}

/** In the order of work; Alt+1, Alt+2 … follow it. */
export const RAIL: readonly RailEntry[] = [
  { screen: 'home', label: 'Home', icon: House, also: [] },
  { screen: 'data', label: 'Data', icon: Database, also: [] },
  { screen: 'design', label: 'Design', icon: FlaskConical, also: [] },
  { screen: 'live', label: 'Live', icon: ChartLine, also: [] },
  { screen: 'runs', label: 'Runs', icon: TableProperties, also: ['compare'] },
  { screen: 'inspect', label: 'Inspect', icon: ScanSearch, also: [] },
  { screen: 'report', label: 'Report', icon: NotebookPen, also: [] },
  { screen: 'paper', label: 'Paper', icon: PencilRuler, also: [] },
  { screen: 'settings', label: 'Settings', icon: Settings, also: [] },
]
