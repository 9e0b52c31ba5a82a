package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/seal/archive"
)

// checkCmd is for the people who look after the record: it does for all cases what verify does for one archive. One case at a time is
// written to a folder of its own beside the record, and removed again.
type checkCmd struct {
	recordFlags
	Blobs string   `help:"Folder for files (default DATA/files), or s3://BUCKET/PREFIX?endpoint=URL&region=REGION."`
	S3    s3Flags  `embed:"" prefix:"s3-"`
	Seal  string   `placeholder:"FILE" help:"A published head to hold the record against, or - for standard input." type:"path"`
	Key   []string `placeholder:"PUBKEY" help:"Public key of the court, or a file that holds it (default: that in the file of the signing key)."`
	Lang  string   `enum:"zh,en" default:"zh" help:"Language of the report: ${enum}."`
}

// Run reports each case that isn't proven, and fails if there is one.
func (c checkCmd) Run(ctx context.Context, s streams) error {
	trust, err := c.trust(s)
	if err != nil {
		return err
	}
	secretKey, err := secret("--s3-secret", c.S3.Secret, c.S3.SecretFile)
	if err != nil {
		return err
	}
	place := c.Blobs
	if place == "" {
		place = filepath.Join(c.Data, "files")
	}
	return c.do(ctx, s, hub.AccountConfig{}, func(_ *hub.Hub, st *store.Store) error {
		blobs, err := blob.Open(ctx, blob.Config{Place: place, AccessKey: c.S3.AccessKey, Secret: secretKey})
		if err != nil {
			return fmt.Errorf("the files can't be reached: %w; see --blobs", err)
		}
		files := store.NewFiles(st, blobs, store.FilesConfig{})
		defer files.Close()
		cases, err := st.CaseIDs(ctx)
		if err != nil {
			return err
		}
		bad := 0
		for _, id := range cases {
			report, err := c.one(ctx, files, id, trust)
			if err != nil {
				return err
			}
			if !report.OK() {
				bad++
				fmt.Fprintf(s.out, "%s\n%s\n", id, report.Text(c.Lang))
			}
		}
		if bad > 0 {
			return fmt.Errorf("%d of %d cases are not proven", bad, len(cases))
		}
		fmt.Fprintf(s.out, "All %d cases are complete and unchanged since they were sealed.\n", len(cases))
		return nil
	})
}

func (c checkCmd) trust(s streams) (archive.Trust, error) {
	if c.Seal == "" && len(c.Key) == 0 {
		key, err := store.ReadSealKey(c.sealKeyFile())
		if err != nil {
			return archive.Trust{}, fmt.Errorf("%w; see --key and --seal-key-file", err)
		}
		c.Key = []string{key.Public}
	}
	return verifyCmd{Seal: c.Seal, Key: c.Key}.trust(s.in)
}

func (c checkCmd) one(ctx context.Context, files *store.Files, caseID string, trust archive.Trust) (*archive.Report, error) {
	dir, err := os.MkdirTemp(c.Data, "check-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	w, err := archive.NewFolder(dir)
	if err != nil {
		return nil, err
	}
	if err := files.WriteArchive(ctx, store.WholeRecord(caseID), w); err != nil {
		return nil, fmt.Errorf("case %s: %w", caseID, err)
	}
	src, err := archive.Open(dir)
	if err != nil {
		return nil, err
	}
	report, err := archive.Verify(ctx, src, trust)
	return report, errors.Join(err, src.Close())
}
