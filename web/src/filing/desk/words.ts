import type { DeskFilingLine } from '@/api/filingdesk'
import { t } from '@/i18n'
import { day } from '../words'

const DAY_MS = 86_400_000

/** How many days are left until the end of a day of the court (UTC+8), 0 on the day itself. */
export function daysLeft(last: string, now: number): number {
  return Math.floor((Date.parse(`${last}T23:59:59.999+08:00`) - now) / DAY_MS)
}

/** The clock of the law in words, and whether somebody should hurry. */
export function due(f: Pick<DeskFilingLine, 'clock'>, now: number): { text: string; soon: boolean } | undefined {
  const c = f.clock
  if (!c.running) return undefined
  if (!c.last_day) return { text: t('filingdesk.due_open', { n: c.days }), soon: false }
  if (c.over) return { text: t('filingdesk.due_over', { day: day(c.last_day) }), soon: true }
  const left = daysLeft(c.last_day, now)
  return { text: left ? t('filingdesk.due', { day: day(c.last_day), n: left }) : t('filingdesk.due_today'), soon: left <= 1 }
}
