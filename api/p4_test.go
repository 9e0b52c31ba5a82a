package api_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"microcourt/api"
	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// example is a request that is right in itself, so that what decides is who asks. "{case}" and the like are filled
// in. allowed are error codes that also show that the rule let the actor through: something else then stopped it.
type example struct {
	path, body string
	allowed    string
}

// anAddress is an address for service, as its fields stand in a request.
const anAddress = `"recipient":"张三","phone":"13800000001","region":"浙江省宁波市鄞州区","street":"某某路88号","confidential":true,"electronic":true,"decisions":true`

// examples has one for every route; a route without one fails the walk.
var examples = map[string]example{
	"GET /api/v1/config":       {},
	"GET /api/v1/openapi.json": {},
	"GET /healthz":             {},
	"GET /readyz":              {},
	"GET /*":                   {path: "/", allowed: "(no pages in this site)"},
	"HEAD /*":                  {path: "/", allowed: "(no pages in this site)"},

	"POST /api/v1/auth/codes":               {body: `{"phone":"13812345678"}`, allowed: "sms_unavailable too_many"},
	"POST /api/v1/auth/phone":               {body: `{"phone":"13812345678","code":"000000","device":"d"}`, allowed: "bad_code too_many"},
	"POST /api/v1/auth/theft":               {body: `{"phone":"13812345678","code":"000000","since":1}`, allowed: "bad_code too_many"},
	"POST /api/v1/auth/staff":               {body: `{"login":"nobody","password":"wrong password","device":"d"}`, allowed: "bad_credentials too_many"},
	"POST /api/v1/auth/passkey/question":    {allowed: "passkey_off"},
	"POST /api/v1/auth/passkey":             {body: `{"attempt":"none","answer":{},"device":"d"}`, allowed: "passkey_off"},
	"GET /api/v1/auth/oidc":                 {},
	"GET /api/v1/auth/oidc/callback":        {},
	"POST /api/v1/auth/sign-out":            {},
	"POST /api/v1/auth/sign-out-everywhere": {},
	"GET /api/v1/auth/sessions":             {},
	"DELETE /api/v1/auth/sessions/{id}":     {path: "/api/v1/auth/sessions/none", allowed: "not_found"},

	"GET /api/v1/me":                       {},
	"PUT /api/v1/me/password":              {body: `{"old":"wrong password","new":"a long new password"}`, allowed: "bad_credentials too_many"},
	"PUT /api/v1/me/language":              {body: `{"lang":"en"}`},
	"GET /api/v1/me/account-log":           {},
	"PUT /api/v1/me/capacity":              {body: `{"capacity":"{capacity}"}`},
	"GET /api/v1/me/passkeys":              {},
	"POST /api/v1/me/passkeys":             {body: `{"attempt":"none","name":"n","answer":{}}`, allowed: "passkey_off"},
	"POST /api/v1/me/passkeys/question":    {allowed: "passkey_off"},
	"PATCH /api/v1/me/passkeys/{passkey}":  {path: "/api/v1/me/passkeys/none", body: `{"name":"n"}`, allowed: "not_found"},
	"DELETE /api/v1/me/passkeys/{passkey}": {path: "/api/v1/me/passkeys/none", allowed: "not_found"},
	"POST /api/v1/me/totp":                 {body: `{}`},
	"POST /api/v1/me/totp/confirmation":    {body: `{"code":"000000"}`, allowed: "bad_code totp_required bad_credentials too_many"},
	"DELETE /api/v1/me/totp":               {body: `{"code":"000000"}`, allowed: "totp_off"},

	"GET /api/v1/staff":                 {},
	"POST /api/v1/staff":                {body: `{"login":"new.{n}","name":"新","role":"clerk","password":"a long new password"}`},
	"PATCH /api/v1/staff/{id}":          {path: "/api/v1/staff/none", body: `{"disabled":true}`, allowed: "not_found"},
	"GET /api/v1/audit":                 {},
	"POST /api/v1/people/{id}/sign-out": {path: "/api/v1/people/none/sign-out", allowed: "not_found"},
	"POST /api/v1/import":               {body: `{"court":"法院","cases":[]}`, allowed: "invalid"},

	"GET /api/v1/tools":                     {},
	"POST /api/v1/tools/litigation-fee":     {body: `{"kind":"property","amount":800000}`},
	"POST /api/v1/tools/preservation-fee":   {body: `{"amount":1}`},
	"POST /api/v1/tools/execution-fee":      {body: `{"amount":1}`},
	"POST /api/v1/tools/delay-interest":     {body: `{"principal":1,"due_date":"2024-01-10","paid_date":"2024-04-09"}`},
	"POST /api/v1/tools/loan-interest":      {body: `{"principal":1,"annual_percent":"12","from":"2024-01-01","to":"2024-12-31"}`},
	"POST /api/v1/tools/overdue-interest":   {body: `{"principal":1,"from":"2023-07-01","to":"2025-07-01"}`},
	"POST /api/v1/tools/liquidated-damages": {body: `{"base":1,"daily_percent":"0.05","from":"2024-01-01","to":"2024-12-31"}`},
	"POST /api/v1/tools/personal-injury":    {body: `{"medical":1}`},
	"POST /api/v1/tools/work-injury":        {body: `{"monthly_wage":1,"average_monthly_wage":1,"grade":10}`},
	"POST /api/v1/tools/severance":          {body: `{"monthly_wage":1,"from":"2020-01-01","to":"2024-12-31"}`},
	"POST /api/v1/tools/deadline":           {body: `{"event_date":"2026-01-20","period":"appeal_judgment"}`},
	"POST /api/v1/tools/days-between":       {body: `{"from":"2024-01-01","to":"2024-12-31"}`},
	"POST /api/v1/tools/date-offset":        {body: `{"from":"2024-01-01","n":-3,"unit":"month"}`},

	"GET /api/v1/me/identity":                                        {},
	"GET /api/v1/me/identity/texts/{key}":                            {path: "/api/v1/me/identity/texts/none", allowed: "not_found"},
	"POST /api/v1/me/identity/proofing":                              {},
	"DELETE /api/v1/me/identity/proofing":                            {allowed: "not_found"},
	"PUT /api/v1/me/identity/proofing/texts/{key}":                   {path: "/api/v1/me/identity/proofing/texts/none", body: `{"version":"v1","sha256":"0"}`, allowed: "not_found"},
	"PUT /api/v1/me/identity/proofing/document":                      {body: `{"name":"张三","id_type":"resident_id","id_number":"1"}`, allowed: "proofing_step proofing_state not_found"},
	"PUT /api/v1/me/identity/proofing/phone":                         {allowed: "not_found"},
	"PUT /api/v1/me/identity/proofing/review":                        {body: `{"on":true}`, allowed: "not_found"},
	"PUT /api/v1/me/identity/proofing/photos/{kind}":                 {path: "/api/v1/me/identity/proofing/photos/document_front", body: "x", allowed: "bad_file_type"},
	"POST /api/v1/me/identity/proofing/challenges":                   {body: `{"kind":"flash"}`, allowed: "face_consent not_found"},
	"PUT /api/v1/me/identity/proofing/challenges/{challenge}/answer": {path: "/api/v1/me/identity/proofing/challenges/none/answer", body: "x", allowed: "challenge not_found"},
	"PUT /api/v1/me/identity/proofing/signature":                     {allowed: "signature_needed"},
	"POST /api/v1/me/identity/proofing/submission":                   {allowed: "proofing_step proofing_state not_found"},
	"POST /api/v1/me/refresh":                                        {},
	"GET /api/v1/me/organisations":                                   {},
	"POST /api/v1/me/organisations":                                  {body: `{"name":"某某公司","kind":"enterprise","code_type":"uscc","code":"1","licence":"AAAA","letter":"AAAA"}`, allowed: "id_number"},
	"DELETE /api/v1/me/organisations/{binding}":                      {path: "/api/v1/me/organisations/none", allowed: "not_found"},
	"GET /api/v1/organisation-bindings":                              {},
	"GET /api/v1/organisation-bindings/{binding}":                    {path: "/api/v1/organisation-bindings/none", allowed: "not_found"},
	"POST /api/v1/organisation-bindings/{binding}/decisions":         {path: "/api/v1/organisation-bindings/none/decisions", body: `{"approve":false,"reason":"r"}`, allowed: "not_found"},
	"PUT /api/v1/me/phone":                                           {body: `{"phone":"13812345678","code":"000000"}`, allowed: "bad_code"},
	"POST /api/v1/me/theft":                                          {body: `{"since":1}`},
	"GET /api/v1/theft-reports":                                      {},
	"POST /api/v1/theft-reports/{report}/answer":                     {path: "/api/v1/theft-reports/none/answer", body: `{"lock":false,"note":"n"}`, allowed: "not_found"},
	"GET /api/v1/proofings":                                          {},
	"GET /api/v1/proofings/{proofing}":                               {path: "/api/v1/proofings/none", allowed: "not_found"},
	"GET /api/v1/proofings/{proofing}/files/{file}":                  {path: "/api/v1/proofings/none/files/none", allowed: "not_found"},
	"GET /api/v1/proofings/{proofing}/captures/{file}":               {path: "/api/v1/proofings/none/captures/none", allowed: "not_found"},
	"POST /api/v1/proofings/{proofing}/decisions":                    {path: "/api/v1/proofings/none/decisions", body: `{"approve":true}`, allowed: "not_found"},

	"GET /api/v1/cases":                                                 {},
	"GET /api/v1/cases/{case}":                                          {},
	"GET /api/v1/desk":                                                  {},
	"GET /api/v1/cases/{case}/bench":                                    {},
	"GET /api/v1/cases/{case}/notices/{key}":                            {path: "/api/v1/cases/{case}/notices/first_entry"},
	"POST /api/v1/cases/{case}/notices/{key}/acceptance":                {path: "/api/v1/cases/{case}/notices/first_entry/acceptance", body: `{"version":"v0","sha256":"0"}`, allowed: "notice_changed"},
	"POST /api/v1/cases/{case}/participants/{participant}/verification": {path: "/api/v1/cases/{case}/participants/none/verification", body: `{"method":"in_person"}`, allowed: "not_found"},
	"GET /api/v1/cases/{case}/threads":                                  {},
	"GET /api/v1/cases/{case}/events":                                   {path: "/api/v1/cases/{case}/events?thread=room"},
	"POST /api/v1/cases/{case}/events":                                  {body: `{"thread":"room","event":"e{n}","kind":"text","body":{"text":"x"}}`},
	"PUT /api/v1/cases/{case}/read":                                     {body: `{"thread":"room","seq":1}`},
	"GET /api/v1/cases/{case}/search":                                   {path: "/api/v1/cases/{case}/search?q=x"},

	"GET /api/v1/cases/{case}/evidence":                                  {},
	"GET /api/v1/cases/{case}/evidence/catalog":                          {path: "/api/v1/cases/{case}/evidence/catalog?party=none", allowed: "not_found"},
	"POST /api/v1/cases/{case}/exhibits":                                 {body: `{"event":"x{n}","exhibits":[{"name":"合同","kind":"documentary","purpose":"证明","original_held":true,"pages":[{"attachment":"none"}]}]}`, allowed: "not_found party_needed"},
	"GET /api/v1/cases/{case}/exhibits/{exhibit}":                        {path: "/api/v1/cases/{case}/exhibits/none", allowed: "not_found"},
	"POST /api/v1/cases/{case}/exhibits/{exhibit}/withdrawal":            {path: "/api/v1/cases/{case}/exhibits/none/withdrawal", body: `{"event":"x{n}"}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/exhibits/{exhibit}/opinions":              {path: "/api/v1/cases/{case}/exhibits/none/opinions", body: `{"event":"x{n}","authenticity":{"objection":false},"legality":{"objection":false},"relevance":{"objection":false}}`, allowed: "not_found"},
	"GET /api/v1/cases/{case}/exhibits/{exhibit}/verification":           {path: "/api/v1/cases/{case}/exhibits/none/verification", allowed: "not_found"},
	"PUT /api/v1/cases/{case}/exhibits/{exhibit}/original":               {path: "/api/v1/cases/{case}/exhibits/none/original", body: `{"event":"x{n}","state":"matched"}`, allowed: "not_found"},
	"PUT /api/v1/cases/{case}/exhibits/{exhibit}/ruling":                 {path: "/api/v1/cases/{case}/exhibits/none/ruling", body: `{"event":"x{n}","ruling":"refused","reason":"r"}`, allowed: "not_found"},
	"GET /api/v1/cases/{case}/submissions/{submission}/receipt":          {path: "/api/v1/cases/{case}/submissions/none/receipt", allowed: "not_found"},
	"GET /api/v1/cases/{case}/submissions/{submission}/receipt/document": {path: "/api/v1/cases/{case}/submissions/none/receipt/document", allowed: "not_found"},
	"GET /api/v1/cases/{case}/evidence/catalog/document":                 {path: "/api/v1/cases/{case}/evidence/catalog/document?party=none", allowed: "not_found"},
	"POST /api/v1/cases/{case}/exchanges":                                {body: `{"event":"x{n}","mode":"synchronous"}`, allowed: "exchange_running"},
	"PATCH /api/v1/cases/{case}/exchanges/{exchange}":                    {path: "/api/v1/cases/{case}/exchanges/none", body: `{"event":"x{n}"}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/exchanges/{exchange}/close":               {path: "/api/v1/cases/{case}/exchanges/none/close", body: `{"event":"x{n}"}`, allowed: "not_found"},
	"PUT /api/v1/cases/{case}/evidence/deadline":                         {body: `{"event":"x{n}","deadline":0}`},
	"PUT /api/v1/cases/{case}/evidence/watermark":                        {body: `{"event":"x{n}","on":true}`},
	"PUT /api/v1/cases/{case}/review/extension":                          {body: `{"event":"x{n}","until":1,"reason":"r"}`, allowed: "invalid"},
	"GET /api/v1/cases/{case}/evidence-drafts":                           {},
	"GET /api/v1/cases/{case}/evidence-drafts/{draft}":                   {path: "/api/v1/cases/{case}/evidence-drafts/none", allowed: "not_found"},
	"PUT /api/v1/cases/{case}/evidence-drafts/{draft}":                   {path: "/api/v1/cases/{case}/evidence-drafts/d{n}", body: `{"revision":0,"exhibits":[]}`},
	"DELETE /api/v1/cases/{case}/evidence-drafts/{draft}":                {path: "/api/v1/cases/{case}/evidence-drafts/none", allowed: "not_found"},
	"GET /api/v1/seals":                            {},
	"GET /api/v1/cases/{case}/export":              {},
	"GET /api/v1/cases/{case}/file":                {},
	"GET /api/v1/cases/{case}/file/{paper}/{part}": {path: "/api/v1/cases/{case}/file/none/1", allowed: "not_found"},

	"GET /api/v1/cases/{case}/hearings/{hearing}/recording":                     {path: "/api/v1/cases/{case}/hearings/none/recording", allowed: "not_found"},
	"GET /api/v1/cases/{case}/hearings/{hearing}/recording/{file}":              {path: "/api/v1/cases/{case}/hearings/none/recording/none", allowed: "not_found"},
	"HEAD /api/v1/cases/{case}/hearings/{hearing}/recording/{file}":             {path: "/api/v1/cases/{case}/hearings/none/recording/none", allowed: "not_found"},
	"GET /api/v1/cases/{case}/hearings/{hearing}/recording/{file}/verification": {path: "/api/v1/cases/{case}/hearings/none/recording/none/verification", allowed: "not_found"},
	"PUT /api/v1/cases/{case}/hearings/{hearing}/viewers/{seat}":                {path: "/api/v1/cases/{case}/hearings/none/viewers/none", body: `{"event":"x{n}","on":true}`, allowed: "not_found"},

	"GET /api/v1/guide":                           {path: "/api/v1/guide?q=x"},
	"GET /api/v1/guide/{page}":                    {path: "/api/v1/guide/none", allowed: "not_found"},
	"POST /api/v1/guide-preview":                  {body: `{"text":"x"}`},
	"PUT /api/v1/guide/{page}":                    {path: "/api/v1/guide/g{n}", body: `{"version":0,"page":{"section":"start","position":0,"shown":false,"title":{"zh":"x","en":""},"body":{"zh":"x","en":""}}}`},
	"GET /api/v1/guide/{page}/versions":           {path: "/api/v1/guide/none/versions", allowed: "not_found"},
	"GET /api/v1/guide/{page}/versions/{version}": {path: "/api/v1/guide/none/versions/1", allowed: "not_found"},

	"GET /api/v1/courts":         {path: "/api/v1/courts?q=x"},
	"GET /api/v1/courts/{court}": {path: "/api/v1/courts/none", allowed: "not_found"},
	"POST /api/v1/courts":        {body: `{"courts":[]}`},

	"GET /api/v1/filing-kinds":                            {},
	"GET /api/v1/filing-kinds/{kind}/causes":              {path: "/api/v1/filing-kinds/civil_first/causes?q=mjjd"},
	"GET /api/v1/filing-kinds/{kind}/grounds":             {path: "/api/v1/filing-kinds/none/grounds", allowed: "invalid"},
	"GET /api/v1/me/filing-drafts":                        {},
	"GET /api/v1/me/filing-drafts/{filing}":               {path: "/api/v1/me/filing-drafts/none", allowed: "not_found"},
	"PUT /api/v1/me/filing-drafts/{filing}":               {path: "/api/v1/me/filing-drafts/f{n}", body: `{"revision":0,"kind":"civil_first","step":"cause","values":{}}`},
	"DELETE /api/v1/me/filing-drafts/{filing}":            {path: "/api/v1/me/filing-drafts/none", allowed: "not_found"},
	"GET /api/v1/me/filing-drafts/{filing}/document":      {path: "/api/v1/me/filing-drafts/none/document", allowed: "not_found"},
	"POST /api/v1/me/filing-drafts/{filing}/submit":       {path: "/api/v1/me/filing-drafts/none/submit", body: `{"revision":1,"sha256":"none"}`, allowed: "not_found"},
	"GET /api/v1/me/filings":                              {},
	"GET /api/v1/me/filings/{filing}":                     {path: "/api/v1/me/filings/none", allowed: "not_found"},
	"POST /api/v1/me/filings/{filing}/withdraw":           {path: "/api/v1/me/filings/none/withdraw", allowed: "not_found"},
	"POST /api/v1/me/case-links":                          {allowed: "identity_required"},
	"GET /api/v1/filing-desk":                             {},
	"GET /api/v1/filing-panel":                            {},
	"GET /api/v1/filing-desk/{filing}":                    {path: "/api/v1/filing-desk/none", allowed: "not_found"},
	"POST /api/v1/filing-desk/{filing}/answer":            {path: "/api/v1/filing-desk/none/answer", body: `{"steps":1,"act":"refuse","reason":"r"}`, allowed: "not_found"},
	"GET /api/v1/cases/{case}/invitations":                {},
	"POST /api/v1/cases/{case}/invitations/{participant}": {path: "/api/v1/cases/{case}/invitations/none", body: `{}`, allowed: "not_found"},

	"GET /api/v1/risk-questionnaires":                                                          {},
	"POST /api/v1/risk-reports":                                                                {body: `{"dispute":"none","answers":{},"amount":0}`, allowed: "invalid"},
	"GET /api/v1/me/risk-reports":                                                              {},
	"PUT /api/v1/me/risk-reports/{report}":                                                     {path: "/api/v1/me/risk-reports/r{n}", body: `{"dispute":"none","answers":{},"amount":0}`, allowed: "invalid"},
	"GET /api/v1/me/risk-reports/{report}/document":                                            {path: "/api/v1/me/risk-reports/none/document", allowed: "not_found"},
	"DELETE /api/v1/me/risk-reports/{report}":                                                  {path: "/api/v1/me/risk-reports/none", allowed: "not_found"},
	"GET /api/v1/pleading-forms":                                                               {},
	"POST /api/v1/pleadings":                                                                   {body: `{"form":"none","values":{}}`, allowed: "invalid"},
	"GET /api/v1/me/pleadings":                                                                 {},
	"PUT /api/v1/me/pleadings/{pleading}":                                                      {path: "/api/v1/me/pleadings/p{n}", body: `{"revision":0,"form":"civil_complaint"}`},
	"DELETE /api/v1/me/pleadings/{pleading}":                                                   {path: "/api/v1/me/pleadings/none", allowed: "not_found"},
	"GET /api/v1/application-kinds":                                                            {},
	"GET /api/v1/me/signature":                                                                 {allowed: "signature_needed"},
	"PUT /api/v1/me/signature":                                                                 {body: `{"image":"AAAA"}`, allowed: "bad_signature"},
	"GET /api/v1/cases/{case}/consents":                                                        {},
	"GET /api/v1/cases/{case}/consents/document":                                               {path: "/api/v1/cases/{case}/consents/document?party=none", allowed: "not_found"},
	"POST /api/v1/cases/{case}/consents":                                                       {body: `{"event":"x{n}","stages":{"mediation":true},"version":"v0","sha256":"0"}`, allowed: "notice_changed"},
	"POST /api/v1/cases/{case}/consents/transfers":                                             {body: `{"event":"x{n}","stages":["inquiry"],"offline":true,"reason":"r"}`},
	"GET /api/v1/cases/{case}/paper-copies":                                                    {},
	"POST /api/v1/cases/{case}/paper-copies":                                                   {body: `{"event":"x{n}","attachment":"none","delivery":"mail"}`, allowed: "not_found"},
	"PUT /api/v1/cases/{case}/paper-copies/{copy}":                                             {path: "/api/v1/cases/{case}/paper-copies/none", body: `{"event":"x{n}","state":"sent"}`, allowed: "not_found"},
	"GET /api/v1/cases/{case}/signings":                                                        {},
	"POST /api/v1/cases/{case}/signings":                                                       {body: `{"event":"x{n}","kind":"mediation_agreement","lines":[{"text":"x"}],"parties":["none"]}`, allowed: "invalid"},
	"POST /api/v1/cases/{case}/signings/preview":                                               {body: `{"kind":"mediation_agreement","lines":[{"text":"x"}],"parties":["none"]}`, allowed: "invalid"},
	"GET /api/v1/cases/{case}/signings/{signing}/document":                                     {path: "/api/v1/cases/{case}/signings/none/document", allowed: "not_found"},
	"POST /api/v1/cases/{case}/signings/{signing}/signatures":                                  {path: "/api/v1/cases/{case}/signings/none/signatures", body: `{"event":"x{n}","sha256":"0"}`, allowed: "signature_needed"},
	"POST /api/v1/cases/{case}/signings/{signing}/refusals":                                    {path: "/api/v1/cases/{case}/signings/none/refusals", body: `{"event":"x{n}"}`, allowed: "not_found"},
	"PUT /api/v1/cases/{case}/signings/{signing}/end":                                          {path: "/api/v1/cases/{case}/signings/none/end", body: `{"event":"x{n}","state":"withdrawn","reason":"r"}`, allowed: "not_found"},
	"GET /api/v1/cases/{case}/hearings":                                                        {},
	"POST /api/v1/cases/{case}/hearings":                                                       {body: `{"event":"x{n}","type":"trial","at":1,"minutes":60,"public":true}`, allowed: "invalid"},
	"GET /api/v1/cases/{case}/hearings/{hearing}":                                              {path: "/api/v1/cases/{case}/hearings/none", allowed: "not_found"},
	"GET /api/v1/cases/{case}/hearings/{hearing}/calendar.ics":                                 {path: "/api/v1/cases/{case}/hearings/none/calendar.ics", allowed: "not_found"},
	"GET /api/v1/cases/{case}/hearings/{hearing}/attendance":                                   {path: "/api/v1/cases/{case}/hearings/none/attendance", allowed: "not_found"},
	"GET /api/v1/cases/{case}/hearings/{hearing}/attendance/document":                          {path: "/api/v1/cases/{case}/hearings/none/attendance/document", allowed: "not_found"},
	"PUT /api/v1/cases/{case}/hearings/{hearing}/time":                                         {path: "/api/v1/cases/{case}/hearings/none/time", body: `{"event":"x{n}","at":1,"reason":"r"}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/waivers":                                     {path: "/api/v1/cases/{case}/hearings/none/waivers", body: `{"event":"x{n}"}`, allowed: "not_found"},
	"PUT /api/v1/cases/{case}/hearings/{hearing}/replacement":                                  {path: "/api/v1/cases/{case}/hearings/none/replacement", body: `{"event":"x{n}","on":true}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/replacement/answers":                         {path: "/api/v1/cases/{case}/hearings/none/replacement/answers", body: `{"event":"x{n}","agrees":true}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/opening":                                     {path: "/api/v1/cases/{case}/hearings/none/opening", body: `{"event":"x{n}"}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/steps":                                       {path: "/api/v1/cases/{case}/hearings/none/steps", body: `{"event":"x{n}","step":"start"}`, allowed: "not_found"},
	"PUT /api/v1/cases/{case}/hearings/{hearing}/consultation":                                 {path: "/api/v1/cases/{case}/hearings/none/consultation", body: `{"event":"x{n}","on":true}`, allowed: "not_found"},
	"PUT /api/v1/cases/{case}/hearings/{hearing}/phase":                                        {path: "/api/v1/cases/{case}/hearings/none/phase", body: `{"event":"x{n}","phase":"identity"}`, allowed: "not_found"},
	"PUT /api/v1/cases/{case}/hearings/{hearing}/shown":                                        {path: "/api/v1/cases/{case}/hearings/none/shown", body: `{"event":"x{n}"}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/entries":                                     {path: "/api/v1/cases/{case}/hearings/none/entries", body: `{"event":"x{n}"}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/statements":                                  {path: "/api/v1/cases/{case}/hearings/none/statements", body: `{"event":"x{n}","phase":"debate","attachment":"none"}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/departures":                                  {path: "/api/v1/cases/{case}/hearings/none/departures", body: `{"event":"x{n}"}`, allowed: "not_found"},
	"PATCH /api/v1/cases/{case}/hearings/{hearing}/me":                                         {path: "/api/v1/cases/{case}/hearings/none/me", body: `{"event":"x{n}","hand":true}`, allowed: "not_found"},
	"PATCH /api/v1/cases/{case}/hearings/{hearing}/seats/{seat}":                               {path: "/api/v1/cases/{case}/hearings/none/seats/none", body: `{"event":"x{n}","muted":true}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/seats/{seat}/acts":                           {path: "/api/v1/cases/{case}/hearings/none/seats/none/acts", body: `{"event":"x{n}","act":"check"}`, allowed: "not_found"},
	"GET /api/v1/cases/{case}/hearings/{hearing}/guests":                                       {path: "/api/v1/cases/{case}/hearings/none/guests", allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/witnesses":                                   {path: "/api/v1/cases/{case}/hearings/none/witnesses", body: `{"event":"x{n}","name":"丁","phone":"13700000009"}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/observers":                                   {path: "/api/v1/cases/{case}/hearings/none/observers", body: `{"name":"戊","phone":"13700000009"}`, allowed: "not_found"},
	"DELETE /api/v1/cases/{case}/hearings/{hearing}/observers/{observer}":                      {path: "/api/v1/cases/{case}/hearings/none/observers/none", allowed: "not_found"},
	"GET /api/v1/hearings":                                                                     {},
	"GET /api/v1/cases/{case}/hearings/{hearing}/transcript":                                   {path: "/api/v1/cases/{case}/hearings/none/transcript", allowed: "not_found"},
	"GET /api/v1/cases/{case}/hearings/{hearing}/transcript/document":                          {path: "/api/v1/cases/{case}/hearings/none/transcript/document", allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/transcript/changes":                          {path: "/api/v1/cases/{case}/hearings/none/transcript/changes", body: `{"pen":"x{n}","changes":[{"line":"l","revision":0,"kind":"note","text":"t"}]}`, allowed: "not_found"},
	"PUT /api/v1/cases/{case}/hearings/{hearing}/transcript/live":                              {path: "/api/v1/cases/{case}/hearings/none/transcript/live", body: `{"event":"x{n}","on":true}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/transcript/presentations":                    {path: "/api/v1/cases/{case}/hearings/none/transcript/presentations", body: `{"event":"x{n}","changes":1}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/transcript/ends":                             {path: "/api/v1/cases/{case}/hearings/none/transcript/ends", body: `{"event":"x{n}","end":"closed","reason":"r"}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/transcript/corrections":                      {path: "/api/v1/cases/{case}/hearings/none/transcript/corrections", body: `{"event":"x{n}","line":"l","text":"t"}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/transcript/corrections/{correction}/answers": {path: "/api/v1/cases/{case}/hearings/none/transcript/corrections/none/answers", body: `{"event":"x{n}","granted":true}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/transcript/signatures":                       {path: "/api/v1/cases/{case}/hearings/none/transcript/signatures", body: `{"event":"x{n}","sha256":"0"}`, allowed: "not_found signature_needed"},
	"POST /api/v1/cases/{case}/hearings/{hearing}/transcript/refusals":                         {path: "/api/v1/cases/{case}/hearings/none/transcript/refusals", body: `{"event":"x{n}","reason":"r"}`, allowed: "not_found"},
	"GET /api/v1/hearings/{hearing}/shown/{exhibit}/{page}":                                    {path: "/api/v1/hearings/{hearing}/shown/none/1", allowed: "not_found"},
	"HEAD /api/v1/hearings/{hearing}/shown/{exhibit}/{page}":                                   {path: "/api/v1/hearings/{hearing}/shown/none/1", allowed: "not_found"},
	"GET /api/v1/hearings/{hearing}/testimony":                                                 {},
	"POST /api/v1/hearings/{hearing}/testimony/corrections":                                    {body: `{"event":"x{n}","line":"l","text":"t"}`, allowed: "transcript_unread"},
	"POST /api/v1/hearings/{hearing}/testimony/signatures":                                     {body: `{"event":"x{n}","sha256":"0"}`, allowed: "signature_needed transcript_unread"},
	"POST /api/v1/hearings/{hearing}/testimony/refusals":                                       {body: `{"event":"x{n}"}`, allowed: "transcript_unread"},
	"GET /api/v1/hearings/{hearing}":                                                           {},
	"POST /api/v1/hearings/{hearing}/entries":                                                  {body: `{"event":"x{n}"}`, allowed: "hearing_not_open"},
	"POST /api/v1/hearings/{hearing}/departures":                                               {body: `{"event":"x{n}"}`, allowed: "not_present"},
	"PATCH /api/v1/hearings/{hearing}/me":                                                      {body: `{"event":"x{n}","hand":true}`, allowed: "hearing_state forbidden"},
	"GET /api/v1/hearings/{hearing}/rules":                                                     {},
	"GET /api/v1/hearings/{hearing}/undertaking":                                               {},
	"POST /api/v1/hearings/{hearing}/undertaking":                                              {body: `{"event":"x{n}","version":"v0","sha256":"0"}`, allowed: "notice_changed"},
	"POST /api/v1/hearings/{hearing}/rules/acceptance":                                         {body: `{"version":"v0","sha256":"0"}`, allowed: "notice_changed"},
	"POST /api/v1/me/codes":                                                                    {allowed: "sms_unavailable too_many"},
	"POST /api/v1/me/reverification":                                                           {body: `{"code":"000000"}`, allowed: "bad_code too_many"},
	"GET /api/v1/me/fees":                                                                      {},
	"GET /api/v1/cases/{case}/fees":                                                            {},
	"POST /api/v1/cases/{case}/fees":                                                           {body: `{"event":"x{n}","party":"none","title":"案件受理费","request":{"kind":"labor"}}`, allowed: "invalid"},
	"GET /api/v1/cases/{case}/fees/{notice}/document":                                          {path: "/api/v1/cases/{case}/fees/none/document", allowed: "not_found"},
	"PUT /api/v1/cases/{case}/fees/{notice}/status":                                            {path: "/api/v1/cases/{case}/fees/none/status", body: `{"event":"x{n}","status":"paid_offline","reason":"r"}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/fees/{notice}/payments":                                         {path: "/api/v1/cases/{case}/fees/none/payments", body: `{"event":"x{n}"}`, allowed: "payment_unavailable"},
	"POST /api/v1/payments/reports":                                                            {body: `{"id":"r","order":"o","amount":1,"status":"paid"}`, allowed: "payment_refused"},
	"GET /api/v1/cases/{case}/application-kinds":                                               {allowed: "party_needed"},
	"GET /api/v1/cases/{case}/application-drafts":                                              {},
	"GET /api/v1/cases/{case}/application-drafts/{draft}":                                      {path: "/api/v1/cases/{case}/application-drafts/none", allowed: "not_found"},
	"PUT /api/v1/cases/{case}/application-drafts/{draft}":                                      {path: "/api/v1/cases/{case}/application-drafts/a{n}", body: `{"revision":0,"kind":"other","mode":"paper"}`},
	"DELETE /api/v1/cases/{case}/application-drafts/{draft}":                                   {path: "/api/v1/cases/{case}/application-drafts/none", allowed: "not_found"},
	"GET /api/v1/cases/{case}/application-drafts/{draft}/document":                             {path: "/api/v1/cases/{case}/application-drafts/none/document", allowed: "not_found"},
	"POST /api/v1/cases/{case}/application-drafts/{draft}/signature":                           {path: "/api/v1/cases/{case}/application-drafts/none/signature", body: `{"revision":1,"sha256":"0"}`, allowed: "not_found"},
	"GET /api/v1/cases/{case}/applications":                                                    {},
	"POST /api/v1/cases/{case}/applications":                                                   {body: `{"event":"x{n}","draft":"none"}`, allowed: "not_found"},
	"GET /api/v1/cases/{case}/applications/{application}":                                      {path: "/api/v1/cases/{case}/applications/none", allowed: "not_found"},
	"POST /api/v1/cases/{case}/applications/{application}/supplements":                         {path: "/api/v1/cases/{case}/applications/none/supplements", body: `{"event":"x{n}","note":"补充"}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/applications/{application}/revocation":                          {path: "/api/v1/cases/{case}/applications/none/revocation", body: `{"event":"x{n}"}`, allowed: "not_found"},
	"POST /api/v1/cases/{case}/applications/{application}/answers":                             {path: "/api/v1/cases/{case}/applications/none/answers", body: `{"event":"x{n}","state":"under_review"}`, allowed: "not_found"},

	"PUT /api/v1/me/push":                                                          {body: `{"endpoint":"https://push.example.net/x","keys":{"p256dh":"AAAA","auth":"AAAA"}}`, allowed: "unavailable"},
	"DELETE /api/v1/me/push":                                                       {},
	"GET /api/v1/documents":                                                        {},
	"GET /api/v1/cases/{case}/documents":                                           {},
	"POST /api/v1/cases/{case}/documents":                                          {body: `{"event":"x{n}","kind":"notice","title":"通知书","file":{"attachment":"none"},"recipients":["none"]}`, allowed: "invalid not_found"},
	"GET /api/v1/cases/{case}/documents/{document}":                                {path: "/api/v1/cases/{case}/documents/none", allowed: "not_found"},
	"POST /api/v1/cases/{case}/documents/{document}/deliveries":                    {path: "/api/v1/cases/{case}/documents/none/deliveries", body: `{"event":"x{n}","recipient":"none","way":"mail","delivered_at":1}`, allowed: "invalid not_found"},
	"POST /api/v1/cases/{case}/services/{service}/confirmation":                    {path: "/api/v1/cases/{case}/services/none/confirmation", body: `{"event":"x{n}"}`, allowed: "not_found"},
	"GET /api/v1/cases/{case}/services/{service}/voucher":                          {path: "/api/v1/cases/{case}/services/none/voucher", allowed: "not_found"},
	"GET /api/v1/cases/{case}/document-recipients":                                 {},
	"GET /api/v1/cases/{case}/document-drafts":                                     {},
	"GET /api/v1/cases/{case}/document-drafts/{draft}":                             {path: "/api/v1/cases/{case}/document-drafts/none", allowed: "not_found"},
	"PUT /api/v1/cases/{case}/document-drafts/{draft}":                             {path: "/api/v1/cases/{case}/document-drafts/n{n}", body: `{"revision":0,"kind":"","title":"","recipients":[]}`},
	"DELETE /api/v1/cases/{case}/document-drafts/{draft}":                          {path: "/api/v1/cases/{case}/document-drafts/none", allowed: "not_found"},
	"GET /api/v1/cases/{case}/course":                                              {},
	"GET /api/v1/cases/{case}/service-address":                                     {allowed: "not_found"},
	"PUT /api/v1/cases/{case}/service-address":                                     {body: `{"event":"x{n}","notice_version":"v0","notice_sha256":"00",` + anAddress + `}`, allowed: "notice_changed"},
	"GET /api/v1/cases/{case}/service-address/document":                            {allowed: "not_found"},
	"GET /api/v1/cases/{case}/participants/{participant}/service-address":          {path: "/api/v1/cases/{case}/participants/none/service-address", allowed: "not_found"},
	"PUT /api/v1/cases/{case}/participants/{participant}/service-address":          {path: "/api/v1/cases/{case}/participants/none/service-address", body: `{"event":"x{n}","basis":"paper",` + anAddress + `}`, allowed: "not_found"},
	"GET /api/v1/cases/{case}/participants/{participant}/service-address/document": {path: "/api/v1/cases/{case}/participants/none/service-address/document", allowed: "not_found"},

	"OPTIONS /api/v1/uploads/":                        {},
	"POST /api/v1/uploads/":                           {allowed: "invalid bad_upload too_large"},
	"HEAD /api/v1/uploads/{upload}":                   {path: "/api/v1/uploads/none", allowed: "not_found"},
	"PATCH /api/v1/uploads/{upload}":                  {path: "/api/v1/uploads/none", allowed: "not_found invalid bad_upload"},
	"DELETE /api/v1/uploads/{upload}":                 {path: "/api/v1/uploads/none", allowed: "not_found"},
	"GET /api/v1/uploads/{upload}/attachment":         {path: "/api/v1/uploads/none/attachment", allowed: "not_found"},
	"GET /api/v1/attachments/{attachment}":            {path: "/api/v1/attachments/none", allowed: "not_found"},
	"HEAD /api/v1/attachments/{attachment}":           {path: "/api/v1/attachments/none", allowed: "not_found"},
	"GET /api/v1/attachments/{attachment}/thumbnail":  {path: "/api/v1/attachments/none/thumbnail", allowed: "not_found"},
	"HEAD /api/v1/attachments/{attachment}/thumbnail": {path: "/api/v1/attachments/none/thumbnail", allowed: "not_found"},
	"GET /api/v1/ws":                                  {allowed: "(no handshake)"},
}

// column is one role of the table: who stands for it, in the case and outside.
type column struct {
	role   court.Role // in the case where the act is in one and the actor has a place there
	person court.Role // of the account
	seat   string     // "" for nobody
	// capacity is in which the session is used, "" where nothing was chosen.
	capacity court.Role
}

// use has the column's session used in its capacity.
func (c column) use(t *testing.T, s *site) {
	t.Helper()
	if c.capacity != "" {
		if err := s.Store.SetCapacity(t.Context(), s.Seats[c.seat].PersonID, s.Seats[c.seat].SessionID, c.capacity); err != nil {
			t.Fatal(err)
		}
	}
}

var columns = []column{
	{court.RoleAnyone, court.RoleAnyone, "", ""},
	{court.RolePerson, court.RolePerson, "stranger", ""},
	{court.RoleParty, court.RolePerson, "plaintiff", ""},
	{court.RoleRepresentative, court.RolePerson, "lawyer", ""},
	{court.RoleRepresentative, court.RolePerson, "lawyer", court.RoleParty},
	{court.RoleParty, court.RolePerson, "plaintiff", court.RoleRepresentative},
	{court.RoleJudge, court.RoleJudge, "judge", ""},
	{court.RoleClerk, court.RoleClerk, "clerk", ""},
	{court.RoleAdmin, court.RoleAdmin, "admin", ""},
	{court.RoleCaseSystem, court.RoleCaseSystem, "case system", ""},
	{court.RoleWitness, court.RolePerson, "witness", ""},
	{court.RoleObserver, court.RolePerson, "observer", ""},
}

// expected says, from the table alone, how an act of a column's must be refused; "" where it is allowed.
func expected(act court.Act, c column) string {
	rule := court.Table[act]
	inCase, inHearing := rule.Scope == court.InCase, rule.Scope == court.InHearing
	switch {
	case (inCase || inHearing) && c.role == court.RoleAnyone:
		return "unauthenticated"
	case (inCase || inHearing) && (c.role == court.RolePerson || c.role == court.RoleAdmin || c.role == court.RoleCaseSystem), inCase && c.role.Guest():
		return "not_found" // no place in the case, or in the hearing
	case (inCase || inHearing) && court.Allows(act, c.role) && c.capacity != "" && c.capacity != c.role && !rule.AnyCapacity:
		return "other_capacity"
	case (inCase || inHearing) && court.Allows(act, c.role), !inCase && !inHearing && court.Allows(act, c.person):
		return ""
	case c.role == court.RoleAnyone:
		return "unauthenticated"
	}
	return "forbidden"
}

// TestP4EveryCellOfTheTableHoldsOverREST walks every registered route as every role. A route that the table or the
// examples lack fails it.
func TestP4EveryCellOfTheTableHoldsOverREST(t *testing.T) {
	cells := 0
	for _, c := range columns {
		s := startSite(t, store.SQLite, 1)
		hearing := s.inviteGuests(t)
		token := ""
		switch {
		case c.role == court.RoleCaseSystem:
			token = importToken
		case c.seat != "":
			token = s.Seats[c.seat].Token
			c.use(t, s)
		}
		capacity := court.RoleParty // what the walk itself chooses is what is there already
		if c.seat == "lawyer" {
			capacity = court.RoleRepresentative
		}
		if c.capacity != "" {
			capacity = c.capacity
		}
		for _, r := range inOrder(s.api.Routes()) {
			route := r.Method + " " + r.Path
			ex, ok := examples[route]
			if _, ruled := court.Table[r.Act]; !ok || !ruled {
				t.Fatalf("%s (act %s) lacks an example or a row of the table", route, r.Act)
			}
			if ex.path == "" {
				ex.path = r.Path
			}
			fill := strings.NewReplacer("{case}", s.Cases[0], "{hearing}", hearing, "{n}", fmt.Sprint(cells), "{capacity}", string(capacity))
			cells++
			if c.seat != "" && c.role != court.RoleCaseSystem && strings.Contains(r.Path, "sign-out") {
				s.SignIn(t, s.Seats[c.seat]) // the walk itself may have ended the session
				token = s.Seats[c.seat].Token
				c.use(t, s)
			}
			status, body := s.call(t, token, r.Method, fill.Replace(ex.path), fill.Replace(ex.body))
			code, want := codeOf(body), expected(r.Act, c)
			if r.Method == "HEAD" || r.Method == "OPTIONS" { // no body says why
				code = map[int]string{401: "unauthenticated", 403: "forbidden", 404: "not_found"}[status]
				if status == 403 && want == "other_capacity" {
					code = want
				}
			}
			switch {
			case want != "" && (code != want || status < 400):
				t.Errorf("%s as %s: %d %q, want %q", route, c.role, status, code, want)
			case want == "" && status >= 400 && !strings.Contains(" "+ex.allowed+" ", " "+code+" ") && ex.allowed[:min(1, len(ex.allowed))] != "(":
				t.Errorf("%s as %s: %d %q, want it allowed", route, c.role, status, body)
			case want == "" && (code == "forbidden" && !strings.Contains(ex.allowed, code) || code == "unauthenticated"):
				t.Errorf("%s as %s is refused: %q", route, c.role, code)
			}
		}
	}
	t.Logf("%d cells", cells)
}

// TestP4EveryCellOfTheTableHoldsOverTheSocket walks every kind of frame, and every kind of event that can be sent, as
// every role that can connect.
func TestP4EveryCellOfTheTableHoldsOverTheSocket(t *testing.T) {
	s := startSite(t, store.SQLite, 1)
	s.inviteGuests(t)
	room := s.Cases[0]
	bodies := map[court.Kind]string{
		court.KindText: `{"text":"x"}`, court.KindImage: `{"attachment":"none"}`, court.KindVoice: `{"attachment":"none"}`,
		court.KindVideo: `{"attachment":"none"}`, court.KindFile: `{"attachment":"none"}`, court.KindLocation: `{"latitude":1,"longitude":1}`,
		court.KindRecall: `{"seq":999}`, court.KindHide: `{"seq":999,"reason":"r"}`, court.KindSpeech: `{"participant":"none","barred":true,"reason":"r"}`,
	}
	for _, c := range columns {
		if c.seat == "" || c.role == court.RoleCaseSystem {
			continue // can't connect: the walk over the routes shows it
		}
		if c.capacity != "" {
			s.SignIn(t, s.Seats[c.seat])
			c.use(t, s)
		}
		p := s.dial(t, s.Seats[c.seat])
		check := func(what string, act court.Act, code string, allowed ...string) {
			t.Helper()
			want := expected(act, c)
			ok := code == want
			for _, a := range allowed {
				ok = ok || want == "" && code == a
			}
			if !ok {
				t.Errorf("%s as %s: %q, want %q", what, c.role, code, want)
			}
		}
		for frame, act := range hub.Frames() {
			if frame == "send" {
				continue // below, for each kind
			}
			// Who may take part in hearings gets as far as there being none.
			check(frame, act, p.Ask(`"t":"`+frame+`","case":"`+room+`","thread":"room","seq":1`).Code, "media_unavailable", "enter_first")
		}
		for kind, act := range court.KindActs {
			body, ok := bodies[kind]
			if !ok {
				t.Fatalf("kind %s lacks an example", kind)
			}
			a := p.Ask(`"t":"send","case":"` + room + `","thread":"room","event":"` + store.NewID() + `","kind":"` + string(kind) + `","body":` + body)
			check("send "+string(kind), act, a.Code, "not_found", "invalid")
		}
	}
}

// TestP4WhoIsNotInACaseLearnsNothingOfIt: the answers are byte for byte those for a case that doesn't exist.
func TestP4WhoIsNotInACaseLearnsNothingOfIt(t *testing.T) {
	s := startSite(t, store.SQLite, 1)
	token, hearing := s.Seats["stranger"].Token, s.inviteGuests(t)
	for _, r := range s.api.Routes() {
		scope := court.Table[r.Act].Scope
		if scope != court.InCase && scope != court.InHearing {
			continue
		}
		ex := examples[r.Method+" "+r.Path]
		if ex.path == "" {
			ex.path = r.Path
		}
		real := s.Cases[0]
		if scope == court.InHearing {
			real = hearing
		}
		answers := map[string]bool{}
		for _, id := range []string{real, store.NewID(), "no-case"} {
			status, body := s.call(t, token, r.Method, strings.NewReplacer("{case}", id, "{hearing}", id).Replace(ex.path), strings.ReplaceAll(ex.body, "{n}", "1"))
			answers[fmt.Sprint(status, body)] = true
		}
		if len(answers) != 1 {
			t.Errorf("%s %s tells one that is there from none: %v", r.Method, r.Path, answers)
		}
	}
}

// inOrder puts what ends the walker's own session last.
func inOrder(routes []api.RouteInfo) []api.RouteInfo {
	slices.SortStableFunc(routes, func(a, b api.RouteInfo) int {
		return cmp.Compare(strings.Count(a.Path, "sign-out"), strings.Count(b.Path, "sign-out"))
	})
	return routes
}
