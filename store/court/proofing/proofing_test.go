package proofing

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"microcourt/store/court"
)

var today = time.Date(2026, 11, 26, 10, 0, 0, 0, time.FixedZone("UTC+8", 8*3600))

func adultDocument() Document {
	return Document{Name: "张三", IDType: "resident_id", IDNumber: "110101190001010014"}
}

// minorNumber is of somebody born on 2015-06-01.
const minorNumber = "110101201506010010"

func TestTheNumbersOfDocumentsAreChecked(t *testing.T) {
	for _, c := range []struct {
		d     Document
		want  error
		field string
	}{
		{Document{Name: " 张  三 ", IDType: "resident_id", IDNumber: "１１０１０１ 190001010014"}, nil, ""},
		{Document{Name: "张三", IDType: "resident_id", IDNumber: "110101190001010015"}, court.ErrIDChecksum, "id_number"},
		{Document{Name: "张三", IDType: "resident_id", IDNumber: "11010119000101001"}, court.ErrIDNumber, "id_number"},
		{Document{Name: "张三", IDType: "resident_id", IDNumber: "110101190013010014"}, court.ErrIDNumber, "id_number"},
		{Document{Name: "", IDType: "resident_id", IDNumber: "110101190001010014"}, court.ErrInvalid, "name"},
		{Document{Name: "张3", IDType: "resident_id", IDNumber: "110101190001010014"}, court.ErrInvalid, "name"},
		{Document{Name: "某公司", IDType: "uscc", IDNumber: "91350100M000100Y43"}, court.ErrInvalid, "id_type"},
		{Document{Name: "John Smith", IDType: "foreign_passport", IDNumber: "ab1234567", Nationality: "英国", ValidUntil: "2030-01-01"}, nil, ""},
		{Document{Name: "John Smith", IDType: "foreign_passport", IDNumber: "AB1234567", ValidUntil: "2030-01-01"}, court.ErrInvalid, "nationality"},
		{Document{Name: "John Smith", IDType: "foreign_passport", IDNumber: "AB1234567", Nationality: "英国", ValidUntil: "2026-11-25"}, court.ErrDocumentExpired, "valid_until"},
		{Document{Name: "John Smith", IDType: "foreign_passport", IDNumber: "AB1234567", Nationality: "英国", ValidUntil: "2026-11-26"}, nil, ""},
		{Document{Name: "李小明", IDType: "resident_id", IDNumber: minorNumber}, court.ErrGuardianNeeded, "guardian"},
		{Document{Name: "李小明", IDType: "resident_id", IDNumber: minorNumber, Guardian: &Guardian{Name: "李明", IDType: "resident_id", IDNumber: "110101190001010014", Relation: "父亲"}}, nil, ""},
		{Document{Name: "李小明", IDType: "resident_id", IDNumber: minorNumber, Guardian: &Guardian{Name: "李明", IDType: "resident_id", IDNumber: minorNumber, Relation: "父亲"}}, court.ErrGuardianNeeded, "guardian.id_number"},
		{Document{Name: "李小明", IDType: "resident_id", IDNumber: minorNumber, Guardian: &Guardian{Name: "李明", IDType: "resident_id", IDNumber: "110101190001010015", Relation: "父亲"}}, court.ErrIDChecksum, "guardian.id_number"},
		{Document{Name: "李小明", IDType: "resident_id", IDNumber: minorNumber, Guardian: &Guardian{Name: "李明", IDType: "resident_id", IDNumber: "110101190001010014"}}, court.ErrInvalid, "guardian.relation"},
	} {
		d := c.d
		err := d.Check(today)
		var e *court.Error
		if c.want == nil && err != nil || c.want != nil && (!errors.Is(err, c.want) || !errors.As(err, &e) || e.Field != c.field) {
			t.Errorf("%+v: %v in %v, want %v in %q", c.d, err, e, c.want, c.field)
		}
	}
	d := Document{Name: " 张  三 ", IDType: "resident_id", IDNumber: "１１０１０１ 190001010014"}
	if err := d.Check(today); err != nil || d.Name != "张 三" || d.IDNumber != "110101190001010014" {
		t.Errorf("%+v, %v", d, err)
	}
}

// facts draws any state of a proofing that steps in any order can lead to.
func facts(t *rapid.T) (f Facts, files []FileKind) {
	agreed := func(name string) *Agreed {
		if rapid.Bool().Draw(t, name) {
			return &Agreed{Version: "v1", At: 1}
		}
		return nil
	}
	f.Rules, f.FaceConsent, f.Notice = agreed("rules"), agreed("consent"), agreed("notice")
	if rapid.Bool().Draw(t, "document") {
		d := rapid.SampledFrom([]Document{adultDocument(), {Name: "李小明", IDType: "resident_id", IDNumber: minorNumber, Guardian: &Guardian{}},
			{Name: "J", IDType: "foreign_passport", IDNumber: "AB1234567"}}).Draw(t, "who")
		f.Document = &d
	}
	f.PhoneAt = rapid.Int64Range(0, 1).Draw(t, "phone")
	f.Wish, f.Taken, f.Asked = rapid.Bool().Draw(t, "wish"), rapid.Bool().Draw(t, "taken"), rapid.IntRange(0, maxAsked).Draw(t, "asked")
	f.SignatureID = rapid.SampledFrom([]string{"", "s"}).Draw(t, "signature")
	verdicts := rapid.SampledFrom([]Verdict{Yes, No, Unsure})
	for range rapid.IntRange(0, 5).Draw(t, "captures") {
		kind := rapid.SampledFrom([]FileKind{FileFlash, FileVideo}).Draw(t, "kind")
		f.Captures = append(f.Captures, Capture{Kind: kind, Verdict: verdicts.Draw(t, "verdict")})
		if !slices.Contains(files, kind) {
			files = append(files, kind)
		}
	}
	answer := func(name string) *Answer {
		if rapid.Bool().Draw(t, name) {
			return &Answer{Verdict: verdicts.Draw(t, name)}
		}
		return nil
	}
	if f.Authority = answer("authority"); f.Authority != nil && f.Authority.Verdict == Yes {
		f.Comparison = answer("comparison")
	}
	for _, k := range Photos {
		if rapid.Bool().Draw(t, string(k)) {
			files = append(files, k)
		}
	}
	return f, files
}

// TestP8NobodyIsReadyWithoutWhatTheWayAsksFor: whatever order things came in, who may hand in has done every step, and who is not looked at by a person has a face
// that followed the colours and an ordinary document.
func TestP8NobodyIsReadyWithoutWhatTheWayAsksFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, files := facts(t)
		p := Providers{Authority: rapid.Bool().Draw(t, "an authority"), Faces: rapid.Bool().Draw(t, "faces")}
		if f.Next(files, p, today) != StepSubmit {
			return
		}
		if f.Rules == nil || f.Document == nil || f.PhoneAt == 0 || f.Notice == nil || f.SignatureID == "" || len(f.Captures) == 0 {
			t.Fatalf("%+v may be handed in", f)
		}
		if f.Reviewed(p, today) != "" {
			if !slices.Contains(files, FileFront) || !slices.Contains(files, FileBack) || f.Document.Guardian != nil && !slices.Contains(files, FileGuardian) {
				t.Fatalf("a person would look at %+v without its pictures: %v", f, files)
			}
			return
		}
		if !p.Authority || !p.Faces || f.Document.IDType != "resident_id" || f.Minor(today) || f.Taken || !f.faceShown() {
			t.Fatalf("nobody would look at %+v", f)
		}
	})
}

// TestTheWayAlwaysHasANextStepThatCanBeDone: doing the step that Next names, again and again, ends with handing in.
func TestTheWayAlwaysHasANextStepThatCanBeDone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, files := facts(t)
		p := Providers{Authority: rapid.Bool().Draw(t, "an authority"), Faces: rapid.Bool().Draw(t, "faces")}
		for range 30 {
			switch f.Next(files, p, today) {
			case StepRules:
				f.Rules = &Agreed{At: 1}
			case StepDocument:
				if err := f.Say(adultDocument(), today); err != nil {
					t.Fatal(err)
				}
			case StepPhone:
				f.PhoneAt = 1
			case StepPhotos:
				files = append(files, Photos...)
			case StepFace: // the camera fails as often as it can
				kind := FileFlash
				if f.Tired() || f.Reviewed(p, today) != "" {
					kind = FileVideo
				}
				f.Captures = append(f.Captures, Capture{Kind: kind, Verdict: Unsure})
			case StepNotice:
				f.Notice = &Agreed{At: 1}
			case StepSignature:
				f.SignatureID = "s"
			case StepSubmit:
				return
			}
		}
		t.Fatalf("no end: %+v", f)
	})
}

func TestAnotherDocumentForgetsWhatWasSaidOfTheFirst(t *testing.T) {
	f := Facts{Rules: &Agreed{}, Authority: &Answer{Verdict: Yes}, Comparison: &Answer{Verdict: Yes}, Notice: &Agreed{}}
	if err := f.Say(adultDocument(), today); err != nil || f.Authority != nil || f.Comparison != nil || f.Notice != nil {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestTwoLookWhereAnAccountWouldPassToAnotherPhone(t *testing.T) {
	for policy, want := range map[SecondLook][2]bool{SecondNever: {false, false}, SecondTaken: {false, true}, SecondAlways: {true, true}} {
		if got := [2]bool{policy.Two(false), policy.Two(true)}; got != want {
			t.Errorf("%s: %v, want %v", policy, got, want)
		}
	}
}
