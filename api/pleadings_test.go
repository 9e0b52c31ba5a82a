package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/storetest"
)

const complaint = `{"form":"civil_complaint","values":{
 "plaintiffs":[["王\u9f98","男","1980-01-02","汉","330212198001020011","浙江省宁波市鄞州区某某街道某某路100号","13800000000",""],["李㛃","女","1985年3月","回","","浙江省宁波市海曙区","",""]],
 "agents":[["赵\ud872\udf5a","浙江某某律师事务所律师","0574-12345678"]],
 "defendants":[["宁波䶮犇机械有限公司","","","","91330212MA2XXXXX0Y","浙江省宁波市鄞州区某某工业园区1号","","钱\ud867\uddea"]],
 "claims":"1．请求判令被告向原告支付货款人民币356,789.50元；\n2．请求判令被告向原告支付逾期付款利息（以356,789.50元为基数，自2026年1月1日起按全国银行间同业拆借中心公布的一年期贷款市场报价利率计算至实际清偿之日止）；\n3．本案诉讼费用由被告承担。",
 "facts":"原告与被告于2025年3月1日签订《买卖合同》，约定由原告向被告供应机械零件，货到后三十日内付款。合同签订后，原告依约于2025年5月10日、6月12日分两批向被告交付全部货物，被告的工作人员在送货单上签字确认。然而，被告至今仍有356,789.50元货款没有支付。原告多次催要（包括微信、电话以及2025年12月1日寄出的律师函），被告均以“资金紧张”为由推托。\n根据《中华人民共和国民法典》第五百七十七条、第五百七十九条、第六百二十八条的规定，被告应当承担继续履行、赔偿损失等违约责任。为维护原告的合法权益，特诉至贵院，望判如所请。",
 "evidence":[["《买卖合同》","证明双方的买卖合同关系以及付款期限","原告持有原件"],["送货单两份","证明原告已经交付货物","原告持有原件"]],
 "court":"宁波市鄞州区人民法院","copies":"一份"}}`

// printPleading has a paper printed.
func (s *site) printPleading(t testing.TB, who, query, body string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.server.URL+"/api/v1/pleadings"+query, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.Seats[who].Token)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, text
}

// TestAPaperIsFilledInWithoutACaseAndNothingOfItIsKept unless it is asked for; and not printed without end.
func TestAPaperIsFilledInWithoutACaseAndNothingOfItIsKept(t *testing.T) {
	if !paper.Available() {
		storetest.Missing(t, "the fonts for printing (make fonts)")
	}
	eachFileSite(t, func(t *testing.T, s *site) {
		res, pdf := s.printPleading(t, "stranger", "", complaint)
		if res.StatusCode != 200 || res.Header.Get("X-Document-Missing") != "U+29DEA" || !strings.Contains(res.Header.Get("Cache-Control"), "no-store") {
			t.Fatalf("%d %v %.200s", res.StatusCode, res.Header, pdf)
		}
		said := textOf(t, pdf)
		for _, want := range []string{"民事起诉状", "原告：王龘，男，1980年1月2日出生，汉族", "李㛃", "赵\U0002CB5A", "宁波䶮犇机械有限公司", "此致宁波市鄞州区人民法院", "附：民事起诉状副本一份", "起诉人（签名或者盖章）"} {
			if !strings.Contains(said, want) {
				t.Errorf("the paper lacks %s:\n%s", want, said)
			}
		}
		if dir := os.Getenv("MICROCOURT_PAPER_SAMPLE"); dir != "" {
			os.WriteFile(filepath.Join(dir, "civil_complaint.pdf"), pdf, 0o600)
		}
		if _, text := s.printPleading(t, "stranger", "?signed=true", complaint); codeOf(string(text)) != "signature_needed" {
			t.Errorf("signed without a signature on file: %s", text)
		}
		var kept struct{ Pleadings []store.PleadingDraft }
		mine := func(who string) int {
			t.Helper()
			status, text := s.call(t, s.Seats[who].Token, "GET", "/api/v1/me/pleadings", "")
			if err := json.Unmarshal([]byte(text), &kept); err != nil || status != 200 {
				t.Fatal(status, text)
			}
			return len(kept.Pleadings)
		}
		if mine("stranger") != 0 {
			t.Errorf("kept without being asked: %+v", kept)
		}
		save := func(who, id string, revision int, values string) (int, string) {
			return s.call(t, s.Seats[who].Token, "PUT", "/api/v1/me/pleadings/"+id, fmt.Sprintf(`{"revision":%d,"form":"civil_complaint","values":%s}`, revision, values))
		}
		id := store.NewID()
		for range 2 { // the answer to the first was lost
			if status, text := save("stranger", id, 0, `{"claims":"秘密的请求"}`); status != 200 || !strings.Contains(text, `"revision":1`) {
				t.Errorf("asked to keep: %d %s", status, text)
			}
		}
		if _, text := save("stranger", id, 0, `{"claims":"另一台手机"}`); codeOf(text) != "draft_changed" {
			t.Errorf("another device was quicker: %s", text)
		}
		if _, text := save("stranger", store.NewID(), 0, `{"colour":"red"}`); codeOf(text) != "invalid" || !strings.Contains(text, "values.colour") {
			t.Errorf("what no field is for: %s", text)
		}
		if mine("plaintiff") != 0 || mine("stranger") != 1 || kept.Pleadings[0].ID != id {
			t.Errorf("kept: %+v", kept)
		}
		if status, _ := s.call(t, s.Seats["plaintiff"].Token, "DELETE", "/api/v1/me/pleadings/"+id, ""); status != 404 {
			t.Errorf("somebody else's paper is removed: %d", status)
		}
		if status, text := s.call(t, s.Seats["stranger"].Token, "DELETE", "/api/v1/me/pleadings/"+id, ""); status != 204 || mine("stranger") != 0 {
			t.Errorf("removed: %d %s", status, text)
		}
		last := ""
		for range 12 {
			res, text := s.printPleading(t, "plaintiff", "", `{"form":"other","values":{"applicants":[["甲","","","","","","",""]],"case_cause":"x","case_court":"y","title":"t","reason":"r"}}`)
			if last = codeOf(string(text)); last != "" && res.Header.Get("Retry-After") == "" {
				t.Errorf("%d %s", res.StatusCode, text)
			}
		}
		if last != "too_many" {
			t.Errorf("printed without end: %q", last)
		}
	})
}
