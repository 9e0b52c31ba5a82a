import { toFen } from '@/ui/money'
import type { Form, Input } from './forms'

/** What was typed as the API wants it, or the first input at which something is wrong. Paths are those of the API's own errors. */
export function bodyOf(inputs: readonly Input[], form: Form, at = ''): { body: Record<string, unknown> } | { wrong: string; why: 'needed' | 'money' | 'number' } {
  const body: Record<string, unknown> = {}
  for (const i of inputs) {
    if (i.when && !i.when(form)) continue
    const path = at ? `${at}.${i.key}` : i.key
    const v = form[i.key]
    let value: unknown
    if (i.type === 'rows') {
      const rows = (Array.isArray(v) ? v : []) as Form[]
      const list: unknown[] = []
      for (const [n, row] of rows.entries()) {
        const one = bodyOf(i.columns!, row, i.most === 1 ? path : `${path}[${n}]`)
        if ('wrong' in one) return one
        list.push(one.body)
      }
      value = i.most === 1 ? list[0] : list.length ? list : undefined
    } else if (i.type === 'check') value = v === true || undefined
    else if (i.type === 'many') value = Array.isArray(v) && v.length ? v : undefined
    else {
      const text = String(v ?? '').trim()
      if (!text) {
        if (i.required) return { wrong: path, why: 'needed' }
        continue
      }
      if (i.type === 'money') {
        value = toFen(text)
        if (value === undefined) return { wrong: path, why: 'money' }
      } else if (i.type === 'number' || i.key === 'day_base') {
        if (!/^-?\d{1,6}$/.test(text)) return { wrong: path, why: 'number' }
        value = Number(text)
      } else value = text
    }
    if (value !== undefined) put(body, i.key, value)
  }
  return { body }
}

/** `relief.kind` stands as `kind` inside `relief`. */
function put(body: Record<string, unknown>, key: string, value: unknown) {
  const dot = key.indexOf('.')
  if (dot < 0) body[key] = value
  else ((body[key.slice(0, dot)] ??= {}) as Record<string, unknown>)[key.slice(dot + 1)] = value
}
