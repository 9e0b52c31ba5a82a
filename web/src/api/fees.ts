import { rest } from './rest'
import type { components } from './schema'
import type { FeeRequest } from './tools'

type S = components['schemas']

export type FeeNotice = S['FeeNotice']
export type FeeOfMine = S['FeeOfMine']
type Post = { seq: number; at: number }

const at = (id: string, ...path: string[]) => `/cases/${encodeURIComponent(id)}/${path.map(encodeURIComponent).join('/')}`

export const fees = {
  mine: async () => (await rest.get<{ fees: FeeOfMine[] }>('/me/fees')).fees,
  list: async (id: string) => (await rest.get<{ fees: FeeNotice[] }>(at(id, 'fees'))).fees,
  issue: (id: string, what: Omit<S['IssueFeeInBody'], 'request'> & { request: FeeRequest }) => rest.post<FeeNotice>(at(id, 'fees'), what),
  pay: (id: string, notice: string, event: string) => rest.post<{ url: string }>(at(id, 'fees', notice, 'payments'), { event }),
  set: (id: string, notice: string, what: S['SetFeeInBody']) => rest.put<Post>(at(id, 'fees', notice, 'status'), what),
}
