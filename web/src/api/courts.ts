import { rest } from './rest'
import type { components } from './schema'
import { sendSlowly } from './slow'

type S = components['schemas']

/** A court that people go to. */
export type Courthouse = S['Courthouse']
export type Courthouses = S['Courthouses']
export type Position = S['CourthousePosition']

export type CourthouseReport = S['CourthouseReport']

export const courts = {
  /** All of them. Where the person is isn't sent: what is near is measured here. */
  list: () => rest.get<Courthouses>('/courts'),
  read: (id: string) => rest.get<Courthouse>(`/courts/${encodeURIComponent(id)}`),
  /** Brings a list in, for administrators; with `complete` those that it doesn't name are taken out. */
  bring: (file: Blob, complete: boolean) => sendSlowly<CourthouseReport>('POST', `/courts${complete ? '?complete=true' : ''}`, file, 'application/octet-stream', () => {}),
}
