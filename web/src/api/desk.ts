import { rest } from './rest'
import type { components } from './schema'
import type { DeskRoom } from './types'

type S = components['schemas']

export type Bench = S['Bench']
export type DeskDeadline = S['DeskDeadline']

export const desk = {
  /** All rooms of a judge or clerk, with what waits in each. */
  read: () => rest.get<{ rooms: DeskRoom[]; now: number }>('/desk', { state: 'all' }),
  bench: (id: string) => rest.get<Bench>(`/cases/${encodeURIComponent(id)}/bench`),
}
