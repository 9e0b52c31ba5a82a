import { BASE, rest } from './rest'
import type { components } from './schema'

type S = components['schemas']

export type Contents = S['Contents']
export type Paper = S['Paper']

const at = (id: string, ...path: string[]) => `/cases/${encodeURIComponent(id)}/${path.map(encodeURIComponent).join('/')}`

/** The case's file (电子卷宗), as far as somebody reads it. */
export const efile = {
  read: (id: string) => rest.get<Contents>(at(id, 'file')),
  part: (id: string, paper: string, part: number) => BASE + at(id, 'file', paper, String(part)),
  archive: (id: string) => `${BASE}${at(id, 'export')}?efile=true`,
}
