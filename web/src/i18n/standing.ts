import { lang } from '.'

// The standings that the court's case system writes, in English. What is not here is shown as it was written.
const english: Record<string, string> = {
  原告: 'Plaintiff', 被告: 'Defendant', 第三人: 'Third party', 上诉人: 'Appellant', 被上诉人: 'Appellee',
  再审申请人: 'Retrial applicant', 申请再审人: 'Retrial applicant', 被申请人: 'Respondent', 申请人: 'Applicant', 反诉原告: 'Counterclaimant',
  反诉被告: 'Counterclaim defendant', 申请执行人: 'Judgment creditor', 被执行人: 'Judgment debtor', 自诉人: 'Private prosecutor', 被告人: 'Accused',
  法定代理人: 'Legal representative', 委托诉讼代理人: 'Representative', '委托诉讼代理人（单位工作人员）': 'Representative (of its staff)', 委托代理人: 'Representative', 辩护人: 'Defence counsel',
  审判长: 'Presiding judge', 审判员: 'Judge', 承办法官: 'Judge in charge', 人民陪审员: 'Lay judge', 法官助理: 'Judge assistant', 书记员: 'Clerk',
  证人: 'Witness', 鉴定人: 'Expert', 专家辅助人: "Party's expert", 翻译人员: 'Interpreter',
  一般授权: 'general authority', 特别授权: 'special authority',
}

export function standing(written: string): string {
  return lang() === 'en' ? (english[written] ?? written) : written
}
