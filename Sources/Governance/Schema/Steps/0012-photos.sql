-- Pictures that a complainant sent go with the sight of the complainant until whoever files the case lets others see them.
ALTER TABLE attachment ADD COLUMN is_withheld INTEGER NOT NULL DEFAULT 0;
UPDATE attachment SET is_withheld = 1
WHERE subject_kind = 'case' AND EXISTS (
    SELECT 1 FROM case_file c WHERE c.county = attachment.county AND c.id = attachment.subject_id
    AND (c.is_confidential = 1 OR c.about_unit IS NOT NULL) AND c.source IN ('police', 'desk', 'hotline', 'resident', 'opinion')
    AND (c.filed_at IS NULL OR attachment.added_at < c.filed_at)
);
