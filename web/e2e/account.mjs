import { people, stage } from './court.mjs'
import { Person } from './person.mjs'
import { Client } from './rest.mjs'
import { launch, play, same, step, until } from './run.mjs'

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
    await person.page.getByRole('link', { name: '登录设备' }).click()
    const row = person.page.getByRole('listitem').filter({ hasText: '丢失的手机' })
    await row.getByRole('button', { name: '结束登录' }).click()
    await person.page.getByRole('dialog').getByRole('button', { name: '结束登录' }).click()
    await person.page.getByText('已结束该设备的登录').waitFor()
    same('rows of the lost phone', await row.count(), 0)
    await until('the lost phone is refused', async () => (await lost.status('/me')) === 401)
    await person.page.reload()
    await person.page.getByText('本机').waitFor()
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
})
