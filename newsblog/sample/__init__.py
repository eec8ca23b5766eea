"""The sample site: articles, people, comments and pictures to start a new installation with.

The texts are TOML files, the pictures WebP files; `load_sample_site` reads them. `python -m newsblog.sample.pictures`
draws the pictures again.
"""
