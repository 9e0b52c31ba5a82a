import { rest } from './rest'
import type { components } from './schema'

type S = components['schemas']

/** A court that people go to. */
export type Courthouse = S['Courthouse']
export type Courthouses = S['Courthouses']
export type Position = S['CourthousePosition']

export const courts = {
  /** All of them. Where the person is isn't sent: what is near is measured here. */
  list: () => rest.get<Courthouses>('/courts'),
  read: (id: string) => rest.get<Courthouse>(`/courts/${encodeURIComponent(id)}`),
}
