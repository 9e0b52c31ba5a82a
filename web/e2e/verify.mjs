import { people, stage, unverifiedCase } from './court.mjs'
import { Person } from './person.mjs'
import { launch, play, same, step, until } from './run.mjs'

play(async () => {
  const browser = await launch()
  const person = await Person.with(browser, people.unverified, stage.gates[0])
  const clerk = await Person.with(browser, people.otherClerk, stage.gates[1])
  await Promise.all([person.signIn(), clerk.signIn()])

  await step('who is not verified is told what to do, and does not get in', async () => {
    await person.openCase(unverifiedCase)
    await person.page.getByRole('heading', { name: '请先核验身份' }).waitFor()
    await person.page.getByText('到法院诉讼服务中心由书记员当面核验').waitFor()
    same('places to write', await person.box().count(), 0)
  })

  await step('the clerk notes that the person was verified face to face', async () => {
    await clerk.openCase(unverifiedCase)
    await clerk.inRoom()
    await clerk.plus()
    await clerk.page.getByRole('button', { name: '案件详情' }).click()
    await clerk.page.getByRole('button', { name: '案件主体' }).click()
    const card = clerk.page.getByRole('article').filter({ hasText: '吴敏' })
    await card.getByText('身份未核验').waitFor()
    await card.getByRole('button', { name: '登记当面核验' }).click()
    await clerk.page.getByRole('dialog').getByRole('textbox').fill('居民身份证原件')
    await clerk.page.getByRole('button', { name: '我已当面核验' }).click()
    await card.getByText('身份已核验').waitFor()
  })

  await step('then the person’s page goes on by itself: the notice, and in', async () => {
    await person.acceptNotice()
    await person.say('谢谢，我进来了')
    await clerk.back()
    await clerk.sees('谢谢，我进来了')
    await clerk.page.getByText('何佳登记了吴敏的身份核验').waitFor()
    await until('the page says that the person is verified', async () => {
      await person.page.goto(person.base + '/mine', { waitUntil: 'domcontentloaded' })
      return person.page.getByText('已认证').waitFor({ timeout: 2000 }).then(() => true)
    })
  })

  for (const p of [person, clerk]) same(`faults of the page of ${p.who.name}`, p.faults, [])
})
