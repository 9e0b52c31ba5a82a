package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"microcourt/hub/efile"
	"microcourt/hub/witness"
	"microcourt/store/seal/archive"
)

// verifyCmd proves an archive. What it is held against has to come from outside of the archive.
type verifyCmd struct {
	Seal    string   `placeholder:"FILE" help:"A published head: a file with its signed note, or - for standard input." type:"path"`
	Digest  string   `placeholder:"HEX" help:"SHA-256 of a published head's text, as it stands on the printed page."`
	Key     []string `placeholder:"PUBKEY" help:"Public key of the court, or a file that holds it. With it the newest head in the archive is believed."`
	Lang    string   `enum:"zh,en" default:"zh" help:"Language of the report: ${enum}."`
	Archive string   `arg:"" help:"Archive: a zip file, or a folder." type:"path"`
}

// maxHead bounds what is read of a file that should hold one head or key.
const maxHead = 64 << 10

// errNotProven ends verify with a failure; the report has said why.
var errNotProven = errors.New("the archive is not proven")

// Run verifies and reports. It succeeds only if everything up to the head is there and unchanged.
func (c verifyCmd) Run(ctx context.Context, s streams) error {
	trust, err := c.trust(s.in)
	if err != nil {
		return err
	}
	src, err := archive.Open(c.Archive)
	if err != nil {
		return err
	}
	defer src.Close()
	report, err := archive.Verify(ctx, src, trust)
	if err != nil {
		return err
	}
	stamps, forged := c.stamps(src)
	file, follows, err := c.file(ctx, src, report)
	if err != nil {
		return err
	}
	io.WriteString(s.out, report.Text(c.Lang)+stamps+file)
	if !report.OK() || forged || !follows {
		return errNotProven
	}
	return nil
}

// file says in words whether the case's file in an archive follows from the archive's record.
func (c verifyCmd) file(ctx context.Context, src *archive.Source, report *archive.Report) (lines string, follows bool, err error) {
	if !report.Beside {
		return "", true, nil
	}
	checked, err := efile.Check(ctx, src, fullVersion())
	if err != nil {
		return "", false, err
	}
	words := fileWords[c.Lang]
	for _, name := range checked.Wrong {
		lines += fmt.Sprintf(words.wrong, name)
	}
	if len(checked.Wrong) > 0 {
		return lines, false, nil
	}
	if checked.OtherVersion != "" {
		return fmt.Sprintf(words.other, checked.Papers, checked.OtherVersion), true, nil
	}
	return fmt.Sprintf(words.same, checked.Papers, checked.Pages), true, nil
}

// fileWords are the sentences on the case's file, by language.
var fileWords = map[string]struct{ wrong, other, same string }{
	"zh": {"电子卷宗与案件记录不符：%s\n", "电子卷宗的目录（%d件）与案件记录一致；版面由 %s 版程序生成，须用该版程序核对。\n", "电子卷宗（%d件，%d页）与案件记录一致。\n"},
	"en": {"The case's file doesn't follow from the record: %s\n", "The contents of the case's file (%d papers) follow from the record; its pages were set by version %s, which can compare them.\n",
		"The case's file (%d papers, %d pages) follows from the record.\n"},
}

func (c verifyCmd) trust(in io.Reader) (trust archive.Trust, err error) {
	if c.Seal != "" {
		text, err := readHead(c.Seal, in)
		if err != nil {
			return trust, fmt.Errorf("--seal can't be read: %w", err)
		}
		if trust.Published = archive.Published(text); strings.TrimSpace(trust.Published) == "" {
			return trust, errors.New("--seal: the file is empty")
		}
	}
	if c.Digest != "" {
		if trust.Digest, err = archive.ParseDigest(c.Digest); err != nil {
			return trust, fmt.Errorf("--digest: %w", err)
		}
	}
	for _, key := range c.Key {
		if text, err := readHead(key, nil); err == nil {
			key = text
		}
		v, err := note.NewVerifier(strings.TrimSpace(key))
		if err != nil {
			return trust, errors.New("--key: neither a public key nor a file that holds one")
		}
		trust.Keys = append(trust.Keys, v)
	}
	return trust, nil
}

func readHead(path string, in io.Reader) (string, error) {
	if in == nil || path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return "", err
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxHead))
	return string(text), err
}

// stamps says what time-stamping authorities have said of the newest head in the archive.
func (c verifyCmd) stamps(src *archive.Source) (lines string, forged bool) {
	head, answers := src.Witnesses()
	for _, a := range answers {
		stamp, ok, err := witness.CheckStamp(a.Witness, a.Answer, head)
		line := a.Witness
		switch {
		case err != nil:
			forged = true
			line += map[string]string{"zh": "：时间戳无效", "en": ": the time-stamp is not valid"}[c.Lang]
		case ok:
			line += ": " + stamp.At.UTC().Format(time.RFC3339) + ", " + stamp.By
		}
		lines += map[string]string{"zh": "外部见证：", "en": "Witness: "}[c.Lang] + line + "\n"
	}
	return lines, forged
}
