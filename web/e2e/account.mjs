import { people, quietCase, stage } from './court.mjs'
import { Person } from './person.mjs'
import { Client } from './rest.mjs'
import { launch, phone, play, same, step, until } from './run.mjs'

const newPassword = 'a-new-password-for-sun'

play(async () => {
  const browser = await launch()
  const [base] = stage.gates
  const clerk = await Person.with(browser, people.clerk, base)
  const admin = await Person.with(browser, people.admin, stage.gates[1])
  await Promise.all([clerk.signIn(), admin.signIn()])

  await step('the administrator gives somebody a new password: all their devices sign out, and the new one opens', async () => {
    await admin.page.getByRole('link', { name: /工作人员/ }).click()
    await admin.page.getByRole('button', { name: people.clerk.name }).click()
    await admin.page.getByRole('button', { name: '重设密码' }).click()
    const sheet = admin.page.getByRole('dialog').filter({ has: admin.page.getByText(`为${people.clerk.name}设定新密码`) })
    await sheet.getByRole('textbox').fill(newPassword)
    await sheet.getByRole('button', { name: '重设密码' }).click()
    await admin.page.getByText('已保存').waitFor()
    await clerk.page.waitForURL((url) => url.pathname === '/sign-in')
    await clerk.page.getByRole('tab', { name: '法院工作人员' }).click()
    await clerk.page.getByLabel('用户名').fill(people.clerk.login)
    await clerk.page.getByLabel('密码').fill(people.clerk.password)
    await clerk.page.getByRole('button', { name: '登录', exact: true }).click()
    await clerk.page.getByText('用户名或者密码不正确').waitFor()
    await clerk.page.getByLabel('密码').fill(newPassword)
    await clerk.page.getByRole('button', { name: '登录', exact: true }).click()
    await clerk.page.waitForURL((url) => url.pathname !== '/sign-in')
  })

  await step('a person ends the sign-in of one other device, and only that', async () => {
    const person = await Person.with(browser, people.plaintiff, base)
    await person.signIn()
    const lost = await Client.signIn(stage.nodes[1], people.plaintiff, '丢失的手机')
    await person.page.getByRole('link', { name: '我的', exact: true }).click()
    await person.page.getByRole('link', { name: '登录与设备' }).click()
    const row = person.page.getByRole('listitem').filter({ hasText: '丢失的手机' })
    await row.getByRole('button', { name: '结束登录' }).click()
    await person.page.getByRole('dialog').getByRole('button', { name: '结束登录' }).click()
    await person.page.getByText('已结束该设备的登录').waitFor()
    await until('the row of the lost phone is gone', async () => (await row.count()) === 0)
    await until('the lost phone is refused', async () => (await lost.status('/me')) === 401)
    await person.page.reload()
    await person.page.getByText('本机').waitFor()
  })

  await step('a passkey is made, opens the account without a code, and opens it no longer once removed', async () => {
    const person = await Person.with(browser, people.third, base.replace('127.0.0.1', 'localhost'))
    const { page } = person
    const cdp = await person.context.newCDPSession(page)
    await cdp.send('WebAuthn.enable')
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    })
    await person.signIn()
    await page.goto(`${person.base}/mine/devices`)
    await page.getByRole('button', { name: '添加通行密钥' }).click()
    await page.getByText('已添加，下次登录可以直接使用').waitFor()
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
    same('passkeys on the phone, and whether it finds them by itself', credentials.map((c) => [c.rpId, c.isResidentCredential]), [['localhost', true]])
    const again = async () => {
      await person.context.clearCookies()
      await page.goto(`${person.base}/sign-in`)
      await page.getByRole('button', { name: '用通行密钥登录' }).click()
    }
    await again()
    await page.waitForURL((url) => url.pathname === '/')
    await page.goto(`${person.base}/mine/devices`)
    await page.getByText('只在这一台设备里').filter({ hasText: '最近使用' }).waitFor()
    await page.getByRole('button', { name: '移除' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '移除' }).click()
    await page.getByText('还没有通行密钥').waitFor()
    await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: credentials[0] }).catch(() => {}) // where the browser could not be told
    await again()
    await page.getByText('通行密钥没有通过核验').waitFor()
    same('faults of the page', person.faults, [])
    await person.context.close()
  })

  await step('the language chosen is the one that the court writes in', async () => {
    const { page } = clerk
    const told = page.waitForResponse((r) => r.url().endsWith('/me/language') && r.status() === 204)
    await page.getByRole('link', { name: '我的', exact: true }).click()
    await page.getByRole('button', { name: /语言 Language/ }).click()
    await told
    await page.getByText('Sign out', { exact: true }).waitFor()
    const me = await page.evaluate(() => fetch('/api/v1/me').then((r) => r.json()))
    same('language', me.lang, 'en')
  })

  for (const p of [clerk, admin]) same(`faults of the page of ${p.who.name}`, p.faults, [])

  await step('somebody who is away is told that something is new, and where a tap leads; who looks at the room is not', async () => {
    const context = await browser.newContext({ ...phone, permissions: ['notifications'] })
    const person = new Person(people.defendant, context, base)
    await person.openPage('/')
    await person.signIn()
    const { page } = person
    await page.goto(`${base}/mine/notify`)
    await page.getByText('送达和期限不以提醒为准').waitFor()
    const given = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope)
    const cdp = await context.newCDPSession(page)
    let registrationId
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => (registrationId = registrations.find((r) => r.scopeURL === given)?.registrationId ?? registrationId))
    await cdp.send('ServiceWorker.enable')
    await until('the worker is known', () => registrationId)
    const caseId = await (await Client.signIn(stage.nodes[1], people.judge)).caseId(quietCase.docket)
    const tell = () => cdp.send('ServiceWorker.deliverPushMessage', { origin: base, registrationId, data: JSON.stringify({ case: caseId, title: '微法庭', body: '案件有新的内容，请查看。' }) })
    const shown = () => page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).map((n) => [n.body, n.data.path]))
    await tell()
    await until('it is shown', async () => (await shown()).length === 1)
    same('what it says, and where it leads', await shown(), [['案件有新的内容，请查看。', `/cases/${caseId}`]])
    await page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).forEach((n) => n.close()))
    await until('it is gone', async () => (await shown()).length === 0)
    await page.goto(`${base}/cases/${caseId}`)
    await tell()
    await page.waitForTimeout(1000)
    same('shown to who has the room open', await shown(), [])
    same('faults of the page', person.faults, [])
    await context.close()
  })
})
