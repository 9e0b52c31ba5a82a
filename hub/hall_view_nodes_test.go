package hub_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"microcourt/hub"
	"microcourt/hub/hubtest"
	"microcourt/store"
	"microcourt/store/court"
)

// exhibit puts a page of the plaintiff's evidence into a case's room and gives its exhibit.
func (x *halls) exhibit(caseID string) string {
	x.t.Helper()
	ctx, who := x.t.Context(), x.Seats["plaintiff"]
	page := []byte("%PDF-1.7\n" + strings.Repeat("x", 1000))
	up, err := x.files.Create(ctx, store.NewUpload{PersonID: who.PersonID, SessionID: who.SessionID, Kind: court.KindFile, Name: "收货单.pdf", Size: int64(len(page))})
	if err != nil {
		x.t.Fatal(err)
	}
	transfer, err := x.files.Transfers().GetUpload(ctx, up.Transfer)
	if err != nil {
		x.t.Fatal(err)
	}
	if _, err = transfer.WriteChunk(ctx, 0, bytes.NewReader(page)); err != nil {
		x.t.Fatal(err)
	}
	done, err := x.files.Result(ctx, who.PersonID, up.ID, time.Minute)
	if err != nil || done.Attachment == nil {
		x.t.Fatal("the file isn't taken: ", err)
	}
	sub, err := x.Store.SubmitExhibits(ctx, store.NewSubmission{RoomAct: store.RoomAct{CaseID: caseID, ID: store.NewID(), PersonID: who.PersonID, SessionID: who.SessionID},
		Exhibits: []court.ExhibitInput{{Name: "收货单", Kind: court.EvidenceDocument, Purpose: "证明送货", OriginalHeld: true, Pages: []court.PageInput{{Attachment: done.Attachment.ID}}}}})
	if err != nil {
		x.t.Fatal(err)
	}
	return sub.Exhibits[0].ID
}

// TestTheCourtLeadsAcrossNodes: how somebody looks at what is shown reaches who is connected to another node, by way of the node that carries the hearing, which is a third one; and whoever comes late.
func TestTheCourtLeadsAcrossNodes(t *testing.T) {
	const first, home, bare = 0, 1, 2
	x := newHalls(t, 3, 1)
	for i, ways := range []int{100, 0} {
		x.media[i].set(ways)
	}
	time.Sleep(1200 * time.Millisecond) // each has told the others twice
	caseID := x.Cases[0]
	exhibit, sits := x.exhibit(caseID), x.held(caseID, true)
	judge, clerk := x.takes("judge", x.nodes[bare], caseID, sits), x.takes("clerk", x.nodes[first], caseID, sits)
	x.until("both are connected", func() bool { return x.media[home].carries(sits) >= 2 })
	if homes := x.homes(sits); !slices.Equal(homes, []int{home}) {
		t.Fatalf("it is carried by %v", homes)
	}
	if _, err := hub.Do(t.Context(), x.nodes[home].hub, actorOf(x.Seats["clerk"]), hub.ShowExhibit{CaseID: caseID, ID: store.NewID(), Hearing: sits, Exhibit: exhibit, Page: 1}); err != nil {
		t.Fatal(err)
	}
	lead := func(p *hubtest.Phone, more string) {
		t.Helper()
		x.until("what is shown has come to the leader's node", func() bool {
			a := p.Ask(fmt.Sprintf(`"t":"hearing_view","case":%q,"hearing":%q,"exhibit":%q,"page":1,%s`, caseID, sits, exhibit, more))
			if a.T != "ack" && a.Code != "hearing_state" {
				t.Fatal(a.Raw)
			}
			return a.T == "ack"
		})
	}
	has := func(part string) func(hubtest.Message) bool {
		return func(m hubtest.Message) bool { return m.T == "hearing_view" && strings.Contains(m.Raw, part) }
	}
	lead(judge, `"view":{"zoom":250,"x":5000,"y":3200},"pointer":{"x":4100,"y":0}`)
	clerk.Await("the judge's view", has(`"view":{"zoom":250,"x":5000,"y":3200},"pointer":{"x":4100,"y":0}`))
	lead(clerk, `"pointer":{"x":7,"y":8}`)
	judge.Await("where the clerk points", has(`"pointer":{"x":7,"y":8}`))
	for who, p := range map[string]*hubtest.Phone{"judge": judge, "clerk": clerk} {
		if n := len(slices.DeleteFunc(p.Messages(), func(m hubtest.Message) bool { return m.T != "hearing_view" })); n != 1 {
			t.Errorf("the %s was told %d times of what the other did once", who, n)
		}
	}
	late := x.takes("clerk", x.nodes[bare], caseID, sits)
	if got := late.Await("the view at rest", has(`"zoom":250`)).Raw; strings.Contains(got, "pointer") || strings.Contains(got, `"by"`) {
		t.Errorf("at rest: %s", got)
	}
}
