import { rest } from './rest'
import type { components } from './schema'

type S = components['schemas']

export type GuideEntry = S['GuideEntry']
export type GuideText = S['GuideText']
export type GuidePage = S['GuidePage']
export type GuideVersion = S['GuideVersion']

const at = (id: string, more = '') => `/guide/${encodeURIComponent(id)}${more}`

export const guide = {
  list: async (q = '') => (await rest.get<{ pages: GuideEntry[] }>('/guide', { q })).pages,
  read: (id: string) => rest.get<GuideText>(at(id)),
  preview: async (text: string) => (await rest.post<{ html: string }>('/guide-preview', { text })).html,
  save: (id: string, version: number, page: GuidePage) => rest.put<GuideText>(at(id), { version, page }),
  versions: async (id: string) => (await rest.get<{ versions: GuideVersion[] }>(at(id, '/versions'))).versions,
  version: (id: string, version: number) => rest.get<GuideText>(at(id, `/versions/${version}`)),
}
