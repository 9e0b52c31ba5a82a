import { t } from '@/i18n'
import { standing } from '@/i18n/standing'
import type { Hearing, Quality, Seat } from '@/api/hearings'

/** The kinds of events by which a hearing changes. */
export const kinds = [
  'hearing_scheduled', 'hearing_notice_waived', 'hearing_postponed', 'hearing_cancelled', 'hearing_moved_offline', 'hearing_opened', 'hearing_started', 'hearing_adjourned', 'hearing_resumed', 'hearing_paused', 'hearing_closed',
  'hearing_entered', 'hearing_left', 'hearing_identity_checked', 'hearing_admitted', 'hearing_called', 'hearing_dismissed', 'hearing_removed', 'hearing_seat_set', 'hearing_phase_set', 'hearing_shown', 'hearing_consultation',
  'hearing_warned', 'hearing_recording', 'hearing_recording_shared', 'hearing_recording_proposed', 'hearing_recording_answered',
]

/** How long something was, in words: seconds up to an hour, minutes from there on; what has begun counts when it is full. */
export function lasted(ms: number): string {
  const s = Math.floor(ms / 1000)
  if (s < 60) return t('hearing.for_s', { s })
  const m = Math.floor(s / 60)
  return m < 60 ? t('hearing.for_m', { m, s: s % 60 }) : t('hearing.for_h', { h: Math.floor(m / 60), m: m % 60 })
}

export function seatName(s: Seat): string {
  return `${(s.standing && standing(s.standing)) || t(`hearing.role_${s.role}`)} ${s.name}`
}

/** What the network does to somebody, in words; '' where all is well. */
export function advice(q: Quality | undefined): string {
  if (!q) return ''
  if (!q.connected) return t('hearing.net_gone')
  if (!q.picture) return t('hearing.net_voice')
  if (q.loss_up > 0.1 || q.loss_down > 0.1) return t('hearing.net_lossy')
  if (q.round_trip_ms > 600) return t('hearing.net_slow')
  return ''
}

/** Where a hearing stands; one that each attends at a time of their own has no lobby. */
export const statusName = (h: Pick<Hearing, 'status' | 'mode'>) => t(h.mode === 'asynchronous' && h.status === 'open' ? 'hearing.statement_open' : `hearing.status_${h.status}`)
