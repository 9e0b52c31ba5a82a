import { t } from '@/i18n'
import { ask } from './ask'

/** Leaves for another site after asking: where to, by name and address. That site learns nothing of this one, and can't reach back into the page. */
export async function leaveFor(address: string, name = '') {
  const url = new URL(address)
  if (url.protocol !== 'https:') return
  if ((await ask({ title: t('leave.title', { name: name || url.host }), text: t('leave.text', { address: url.host + (url.pathname === '/' ? '' : url.pathname) }), confirm: t('leave.go') })) === null) return
  window.open(url.href, '_blank', 'noopener,noreferrer')
}
