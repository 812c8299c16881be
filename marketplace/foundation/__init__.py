"""What every part stands on: database, events, jobs, money, words, files, web. No word of the business."""
