import type { EvidenceParty, Exchange } from '@/api/evidence'
import { t } from '@/i18n'
import { standing } from '@/i18n/standing'

/** How long it is, in words that a person can act by: the two largest units. */
export function lasting(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000))
  const [d, h, m] = [Math.floor(s / 86_400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60]
  if (d) return t(h ? 'span.days_hours' : 'span.days', { d, h })
  if (h) return t(m ? 'span.hours_minutes' : 'span.hours', { h, m })
  return m ? t('span.minutes', { m }) : t('span.seconds', { s })
}

export function partyName(p: EvidenceParty | undefined): string {
  return p ? `${standing(p.standing)} ${p.name}` : ''
}

/** A party in a narrow place: by standing, and by name where several share it. */
export function partyShort(p: EvidenceParty | undefined): string {
  if (!p) return ''
  return p.shared ? partyName(p) : standing(p.standing) || p.name
}

/** What is to be known of an exchange at this moment. */
export function exchangeLine(e: Exchange, now: number): string {
  if (e.opens_at > now) return t('exchange.opens_in', { span: lasting(e.opens_at - now) })
  if (!e.ends_at) return t('exchange.until_closed')
  return t('exchange.ends_in', { span: lasting(e.ends_at - now) })
}
