import { t } from '@/i18n'
import { ask, sayError } from '@/ui/ask'
import { gates } from './gates'
import { useSession } from './session'

let refusedAt = ''
let asking = false

/** A case was gone to in which I stand in the other capacity: says so, and switches where I want it. Whoever doesn't isn't asked again on this page. */
export async function lead() {
  const session = useSession()
  if (asking || gates.n || refusedAt === location.pathname || !session.me?.capacity) return
  asking = true
  try {
    const to = session.me.capacity === 'representative' ? 'party' : 'representative'
    if ((await ask({ title: t('capacity.first'), text: t(`capacity.here_${to}`), confirm: t(`capacity.to_${to}`) })) === null) {
      refusedAt = location.pathname
      return
    }
    await session.switchCapacity()
    location.reload()
  } catch (err) {
    sayError(err)
  } finally {
    asking = false
  }
}
