import type { Delivery, Service } from '@/api/documents'
import { t } from '@/i18n'
import { dateTime } from '@/ui/time'

export interface Standing {
  text: string
  tone: 'green' | 'gold' | 'red'
}

/** How far the service of a document has come. */
export function stateOf(s: Service): Standing {
  if (s.confirmed_at) return { text: t('document.confirmed'), tone: 'green' }
  if (s.opened_at) return { text: t('document.opened'), tone: 'gold' }
  return { text: t('document.unopened'), tone: 'red' }
}

/** From when on it counts as served, and why (人民法院在线诉讼规则 第三十一条). */
export function effectOf(s: Service, others: readonly Delivery[] = []): string {
  if (!s.served_at) return t('document.not_served')
  const by = others.find((d) => d.recipient === s.recipient && d.outcome === 'served' && d.delivered_at === s.served_at)
  if (by) return t('delivery.served_by', { at: dateTime(by.delivered_at), way: t(`card.way_${by.way}`) })
  return t(s.basis === 'agreed' ? 'document.served_by_reading' : 'document.served_by_arrival', { at: dateTime(s.served_at) })
}
