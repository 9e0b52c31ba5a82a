import { rest } from './rest'
import type { components } from './schema'
import { sendSlowly } from './slow'

type S = components['schemas']

export type Binding = S['Binding']
export type BindingReview = S['BindingReview']
export type Organisation = Pick<Binding, 'name' | 'kind' | 'code_type' | 'code'>
export type Authority = '一般授权' | '特别授权'

const enc = encodeURIComponent
const MINE = '/me/organisations'
const ALL = '/organisation-bindings'

/** A picture as JSON carries it. */
async function base64(b: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const r = new FileReader()
    r.onload = () => resolve(String(r.result).replace(/^[^,]*,/, ''))
    r.onerror = () => reject(r.error ?? new Error('unreadable'))
    r.readAsDataURL(b)
  })
}

/** The organisations that I act for. */
export const organisations = {
  mine: async () => (await rest.get<{ bindings: Binding[] }>(MINE)).bindings,
  async bind(o: Organisation, licence: Blob, letter: Blob, part: (n: number) => void) {
    return sendSlowly<Binding>('POST', MINE, JSON.stringify({ ...o, licence: await base64(licence), letter: await base64(letter) }), 'application/json', part)
  },
  unbind: (id: string) => rest.del<void>(`${MINE}/${enc(id)}`),
}

/** Those who say so, before the court. */
export const bindings = {
  queue: async () => (await rest.get<{ bindings: Binding[] }>(ALL)).bindings,
  read: (id: string) => rest.get<BindingReview>(`${ALL}/${enc(id)}`),
  approve: (id: string, authority: Authority) => rest.post<Binding>(`${ALL}/${enc(id)}/decisions`, { approve: true, authority }),
  refuse: (id: string, reason: string) => rest.post<Binding>(`${ALL}/${enc(id)}/decisions`, { approve: false, reason }),
}
