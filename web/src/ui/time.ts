import { lang } from '@/i18n'

const locale = () => (lang() === 'zh' ? 'zh-CN' : 'en-GB')
const made = new Map<string, Intl.DateTimeFormat>()

function format(at: number, name: string, o: Intl.DateTimeFormatOptions): string {
  const key = locale() + name
  let f = made.get(key)
  if (!f) made.set(key, (f = new Intl.DateTimeFormat(locale(), o)))
  return f.format(at)
}

/** The calendar day, as a key: two times of one day have the same. */
export function dayKey(at: number): string {
  const d = new Date(at)
  return `${d.getFullYear()}-${d.getMonth() + 1}-${d.getDate()}`
}

export function clock(at: number): string {
  return format(at, 'clock', { hour: '2-digit', minute: '2-digit', hour12: false })
}

export function clockSeconds(at: number): string {
  return format(at, 'seconds', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
}

export function longDay(at: number): string {
  return format(at, 'day', { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' })
}

export function shortDate(at: number): string {
  return format(at, 'date', { year: 'numeric', month: '2-digit', day: '2-digit' })
}

export function dateTime(at: number): string {
  return format(at, 'full', { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false })
}

/** For lists: the clock today, else the date. */
export function brief(at: number): string {
  if (!at) return ''
  if (dayKey(at) === dayKey(Date.now())) return clock(at)
  if (new Date(at).getFullYear() === new Date().getFullYear()) return format(at, 'md', { month: 'short', day: 'numeric' })
  return shortDate(at)
}

export function duration(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000))
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1 << 20) return `${Math.round(bytes / 1024)} KB`
  return `${(bytes / (1 << 20)).toFixed(1)} MB`
}
