import CDeflate
import Foundation

/// Small HDF5 files of h5py 3.16 and hdf5plugin 7.1.
let hdf5Fixtures: [(name: String, bytes: [UInt8])] = unpacked([
  // Imaris: shuffle and gzip, texts in the heap.
  (
    "a.ims",
    """
    H4sIAAAAAAACA+1aTWwbRRidGa8dJ8bUbpyfgoRCpCJaqOpNSFJOtCQuDi2tEych5RB5k+zWFokDilMZuPgYbmn6ewMkhDhGULUcOCIRDkj5adIKcW
    gamvZobtzKrGfW2Zlmu3YbCYl87zL+Zt7OfNp5+2Z3xl/Ge04G616qQyb8fqSgELLjMcdP3WJstad4iXk5y8vviVWPS23NvD7M+5d5A/2xmMl+LMEa
    556XlWJ2gL2CeOxEwiyHedzCy0Ui8nq0nJbUc1bZmzWmBH0eq3JcJ/3GPSxOeyvT76NaVvphKkG/Nv3OekVevz49NTGTy0xlT+sX9ImWqOSv1eo3ee
    ZsD0akrLsWj9ifrGPLXxcPi7wij0NH9ub8OflAoobFn9RW5gPFIPgA+MC2D1h6mqsVeQOZST0xlcnmuANYz+HxZxyX+QAu6+71GvH5lnUMqM4HhgMs
    zgcr84F/wuAD4ANP+sD1oMjrTmvZ7A7vAbvlA9GA2K+sY4CTD3gFHwhxH7h7iK/zqDIfSETAB8AHtn3Aev/+Ovzkd63w3v6c48o+cGyf6AMpHhfCME
    dP9wEfu2fYitkXGvawCoXzfEh8zp3qPVQBmOuA2BThpQyznnhIqeMAHcf8gfn+Bym1YzSdnjGMCR2Rcn6sflw3JrScXh7Xz79APUS53mB1wdJSykOz
    N8Xn0tXxetDIs8BcN8y7KK8bhyu8/u6rrHTiK1JMWln5igvPwpsufPm691vFfIhL/mkXvtz/vJQPccn/Zxe+fN0frdL9cuATkC4AAAAAAAAA4D9Afm
    QsNT66de+v+42hyP6rc5fnO6Nvtd1cuPGDYWj65tbGgzH6AVj4k/xGmZo+9nDjwWZTuKH+2sUrl7rUjvZbGr38Ib28KRQZpcwvGsl8fiSZGOhfX7q9
    YhSIFu5TMwfOvd38Ff1ATX+L/6atfYPJO8trq+cL5NPa3kOfeWMHS60zvxCVtg71Da6uL6+1d6odP97UUpH6a3OXL32YGEjeWbq92hUdp6M8+kb5lT
    JpxUoXTffWwo3RUUO7Mn/14mD/UN/ayvpyR1unqpvMIeV3mvkYTXGzKTReIO3TgVMnXzMaSyO+8x2O5Uc2729tNOxvDOsF8sbHL/uGOi+8WGp9N4jj
    oBAAAAAA/B9hnUvL+/gv8JNDjALIj5pR76R2Xk9mPtc/Yu31mG1lY4w5DwllO3Lp51xl/XS49TNcWT9d5Xjnc3n5f0tu53FxftAK53F7E07ncVHpf2
    8lnaLdO4/DqG7H8+Q5lcUpZNcvctQvAPRr16/lY8Wjst4YErs0rnzuN3tEHGeBx0tHYY6eBuu5L55g8SKW10kvitC7PJjN5Mz4AF0XQ9ynsG3Grftu
    nkcV1e25eK/77GlsMzY7z8TMpBhb7db/jzwSX+UNigPf68D3OfBrHPhlfe8DjQAAAAAAAAAAAAAAAOAGa19c3o/Z3l/wl/YXYvncB5ls1HV/Adv2F4
    hDP1o+WtU+hccxH7WqfBTHfNSq8vE65tNWVT4+x3zaqsrH3CP5F5lF88u4QwAA
    """
  ),
  // The same in the newer format, whose headers have checksums.
  (
    "b.ims",
    """
    H4sIAAAAAAACA+1W20/TUBw+57QbYxtQbkPEmCVGovKyDhiSGBUYMAIGxmACD0hhHSzCCDpwajQLL8YnufNoTLwkPhGYEH0xJiSGGCN3vJAojIsmJs
    b4B+Bp1yrDDRsx0Yd+y9qc8/u+832/9qzdTYu5KEa9X02oVEDElgB9anBsEOZrug9tlVvMlQh4UcJ2ogg1AhAAJa5BEGVmPIyN9YwJYqWOm9UIsyVu
    ZzulEEpHgGQ0v3r4XkqEA5xZfCV7sb210+Nqd5exXWyr3mCCwjrHwR9j8p3jm5QIwX6rXG1sRbvL7dEbHovmJ8EeMTXUUSwlQhIXIbqghXG7ue5PIE
    F/GuwZN15/OiclQhwXgeTu+lPBPTkBkL/SKQoAFxlkPBBN0naN8Obeo24+AgQQZgGACAhJcbcJZ3FTR5ontABiZxDMRgEFTk1oNDoAEeIagHwF8h9u
    DVUiXgsBEiKSRIT6BSGscw38W2TEOC4V5VnMAMaqxd42hXC3vHXLRXnmfAB/xBUox4LHkFGVMDrIHy+EjHpCmE9CRmshTBS9fcR+eWYvL7CUaml8xY
    EG2+OdWdLGNLM21xW2DiRC7hpjFcQQIornzPCi2l1F2eFFNbuKckr9fr+UPU1xGgW/ar/4DDP/nfuYMkBMBvf0W7hbhvA/Iq2J61qBe8bFarfLA1Jx
    lxS/s8U+VfyO5r766J/9a3M5pSqoLPR6zrjchohiuE2MwokZr0GSMxHemZbkTIZ3piU5K8I7GyU5K8M7GyU5R+Hv5/TR6+D/gLe+qcHRuPFhbVVHJS
    UM9Qz0mQxZxvER/6jTybCBjZX1Jj0AvmU0hZkM27S5sh5IiU9OHO4d7M+hszMnGCzfxPIUKqkRM6/qUJ+33lZRVbk4PT/r9CEm3kq7Umtz993GV6Xl
    LvyKq9Zq29LMwlyzD3VElxy9rCg8zFc7JxGNq3Zr9dzizEKmic4eG2cakhKHewb6z1ZU2Zam5+dyDA7s8vEO+Rwz8cRsDo47MeJvbHQyg31DvdWVdu
    vC7OJMttFEsxzTTr7EyZtwxEAK5fChzIua0qJ0p453PHUfFnrrA6sbK8kJunjWhzLOpyntpq5YvpofAy3FBeVlEAj3dNvDQnyVdraFjsW6+J+J2MGn
    DaEvpJ18RQS+MgI/KgJfhCUOyJAhQ4YMGTJkyJAhQ4YMGTJ+g++SRwb6IBkAAA==
    """
  ),
  // BigDataViewer: LZ4 and fletcher32.
  (
    "c.h5",
    """
    H4sIAAAAAAACA+1az1PTQBR+SVOaUioFVBARKioUf5DyG+GCI2BP2kEOvVloA+1MoBmSzogzOhzx5tGjenD8D/wXOPknOB715t0D7mZ3abIYp4Je5H
    2H7rzdt+9tmm++7MvmZW5xOdna2woUug4apMCPQ46ekaAtxou8VXi7z9sPquhXvLEe3t/B48t+qytLS9T7UILI8yXKWh0QZxG5pXt52ha4Lfh0oAb9
    3CwFgEN/fLxcOGHeMP7mIsyuRJvj79c48hf52+CvUNn9aNBP5m3ulHkfP3y0qIB6lE8fCup1ltv5TJCf6UjQT+b7WUOYDuRjzLbjzenA9yTqAOrAcR
    14FQ/6ZaV91d/RAeWId5lYML7MY8Sf6UAhweynyeZ0YC+FOoA6cFwHXieDfiXTspx/qAPZRFAHZB4jwnQg6v1ns4qwZ1kbYR18u0TqaQaxbQrvT3nx
    UuTGqD5GRMmdov1qRPUCJ+CNZyu87tGe254ikTJ+Km09m0xvVC3X3JlPO6aZrriu7cwZxmbVrdTXR0u1LYP4Pdip1W2jUt6YemJb9c3qtmOsW7V1Y2
    vNITONcq3kGCvmZpVaZnnZi5dnjqNbZbE/9K2bYsMy3VLF3JkYF7rGPCKqdtDBulR+2RqIS/wFH2fbkVsnAX3eKOSvlZ83hSbn6/2sXQ4Z1yS7yP3v
    Q+Pm/g7vuf9ciL8c/1t/0FYlP63JvAgEAoFAIBAIBCIUC7y0S9OKViXVXRRaIEaqs1ZSebZBEtpJvdcBnV4JeB4uwEXohkvQC5ehD/phgEy8CtfgOt
    yAIXhX/NEnxe0e1EjgzniMOJ3TYa+rkbp7sIcOXaFDg2RomPe/rX4clleXgRG4CbfgDoyCAVkYhwmYhCmYIVX4XVZjJAZItJj3jgU+z7z4dGwht2m2
    MZptmmSbbyzEP3N3ZiyHrEAgEAjEfwuFPOv951op/l73gH8XkOf97FwLQs+1EGcb8rmWeK9vZ2S+BXl1WohzWPl7ljYQ39PEyVp0KK+5a6u7tinmdZ
    GFtPjWU69uu2PTAD8BDJxdIBgpAAA=
    """
  ),
  // Without chunks.
  (
    "d.h5",
    """
    H4sIAAAAAAACA+3XP0gCYRjH8efOPxxSoBEoEXRDQ0ODQ4NDkIrGDVFSDg4NBgUORi1FW462OTo6OjY2Ojo2Njo2OrbZ97z3pLsSpKKl94cfH+59X+
    7Ou/c9zgentL+cWEuIG8uSqCTlYyYqnZXgtt9fV9VQta1q3/TbjWlfRrWn1P7D46rH5bI7ehLK7ETUaVmi8x/jlAsVt9aC00GGZnDcWWg+Oj88riEx
    b1+Gv53zasRriKhxUVVjqs5vz0x3lbI3VJ8taUvS97Nx1rTfNE3Dm+/eyuFwauqPQ2fY+NP7MG8919QPvYsvtp6dlF7Pej1/Xs/deHDc7VXz5vLi99
    azzldp7fGV54MWehhgBClwd2AjizwqqOMaLbTRQRc99PGIJwwwxDNeMMIrxniDFHlKwsISklhFBuuwsYktbCOLHeSwizxKcHCACqqo4RR1nKOBZlHf
    ax0dHR0dHZGTw6OS+0bvv4dno8H/T+H3ep3FrqMd0dfkO3kHlweEn5ASAAA=
    """
  ),
  // Compact, big-endian.
  (
    "e.h5",
    """
    H4sIAAAAAAACA+2UuU7DQBCGv7WdYAwBJ9zhCvd931AhxZErQEBBSU+DhIRSUsKb5FEQT8MbhF17VkpcUEBBQf7Cv2fm14xXnn/f4mqtEJQDDHwfj5
    BWNAWfufbY1u+FlfCrcMOxeZXURiVflP5Z3e11FBl1MwM7p+Gl7NPBf0QcnV8ZvpPYbum70657zuxj/Mu5inzSq65sfJyymyZc0cl6Ijb5Jh8m/UL9
    cFpOktObbfKOclS65y+ir6djHf3qaVmeLl3sJqCHXgr00a9bFCkxwCBDDDOizTZGmXEmmGSKaSrMMMsc8yywyBLLrLDKGutssMkW2+ywyx77HHDIkT
    7iCaecmcElcZz5qKcP9QCPf/L/by4uq+Ymsf6vuB1P/ARfSZ48MPAFAAA=
    """
  ),
  // Five axes, of any length.
  (
    "f.h5",
    """
    H4sIAAAAAAACA+2Yy1IaQRSG58ZVQAEF5KKAAgoooIACLpIqsVglqSSLLF3mCVJ5BPMmPgqPkrcwX2d6SuiaSCDZpNJ/1V9dPec/3dPn9PRUn2+z27
    t4NB81BMJhwzF2jEU8Scxzy33Pfi9bU7YPsn20vOfmT5t0N5JyfFX38f10KtRPCrx5uo7bhg2N/xGz6et3ov0k+94unVvLui/Kfpz94bymEXDHMr2+
    +wZmwH3gTW8rrdyueC9/N6tgszJTrs9c2PEBWtG3bMt0n56481nBr4HnJdvylRxJ83klr/5KHj68eXsrvmjvOyzbem9uAnHeiSiq+b/fcLz53vJ5vA
    qO0j/JvOxvrRjvYU1/df7vGf//yW+fD9n1/NX5H1f4r1p/OLeevzr/55x67iyfJ5bi52wYJw0NDQ0NDQ0NDQ0NDY1/HKZlB4KhcHQrFt/eSaZ29zLZ
    /XyheHBYrhwd1+o3CBwEEQQJBGkEOQQlBFUEEwQ2gjCCOIIUgiyCIoIKAnHfjMAETBtuPbcEq7Ah76miJhSHKSiu00VYgXV5fw3BmCFqwIYhrvsFWI
    Y1UX84bbbOzjvdi8v+4Op6NFaX10DQRtBDMESg2usIWgi6CAYIVHsb9uAQTnzC14JdOIBjH3sTdmAfjnzsYwJoEcAQAYwRwCQBzBDAAgEsE8ARAlLk
    kKIIKUqQojQpypGiEimqsuTJSzkU9/wg3DLc2qAo9+ThITyW7yDqgKKQvw134T48gEfwRtYMfpXDGgFsEsAOAewTQHV9bKEGKWqToh4pGqp2sccWc6
    jaT+E5vITXPvET1cwzeAGvfOwNJYcqfgAs5kBvyBgAAA==
    """
  ),
  // The same in the newer format, indexed by a B-tree of version 2.
  (
    "g.h5",
    """
    H4sIAAAAAAACA+2XS28SURiGz8xwGYZLubRAobRAy6VAC7RAS2mibUjDwsTEsDYu+AEujHHpyoTElUtXrt3qXn+Daxf+E32OzCTkBBET09V5kyeT4X
    tzmPO9k5xv5pPxXdTJOZZtC08/XYns4r7j/n4znwcfT8ZPTPHKTC4bPTmmMIQIRAQX4+Unb72J+G9686L6/fcj8AfGVAjTbximW7OUq8+9+pVt/U1W
    RBhxIfcgZQs/u7LCdo4VTREwDMv0+Qw/BTGrfzHcxZ+Le9f0/bePt9PJWDjyWWRIs7qIC/epvTjffn7wTmhpaWlpaSkyTMsfCNpOOBLdiieS2zvpzG
    4uv7d/UCwdHlWq1xh8GEIYYhhSGLIYChjKGEYYLAw2hiiGJIYMhj0MJQzyEA5BDFIgR4oClKHmHtbyqIqCnCkysAclqII83IPATCESkIY8FKEC9eNG
    8+S03Tk77/UvLodX6vZqGFoYuhgGGNR6FUMTQwdDH4Nab0EXBjBa0b6mOx/14WpFvQFt6MFwRf2KBpo0MEgDIzQwQQPTNDBPA4s0cIiBiHxEFCKiGB
    GliChLRAUiKrPl0boM5XwSgDDI2WAHmGTEARwtDUgObME27MI+HMK1O0j9KcMKDWzQwDYN7NFAdX+8QjUiahFRl4gGal2+Y8sZqvVjOIVzuFzRvzqc
    wBlcrKjXlAy1tLS0tBa6nT66W3xA/ouebej3vo6/2uvrqoqhzfze/evQ+vVU/djQ79UfOuv/X9WHDf3e/dPirKvfRS0tLS2t+9MvAhMSmAAYAAA=
    """
  ),
  // Chunks in a fixed array.
  (
    "h.h5",
    """
    H4sIAAAAAAACA+v0cHHj5ZLiYubgYICB/1AwGypkABX/HXDxgr+HSxATQwWTELJCGOBiYmBkYGDjYQBSjGWbYeZ5MFANtJWo3QE7AWgBowkDAxMzIy
    MzVI4FSrNCaZziPAyMAgwgN4IABwMr0NXM3NxAUSZGRpDLwTo4hIE6mRhYGJmYWRiZufYzQnW3MwwWUNV3oc/N0cOFgZGPCxZ5t6HOnG5b+czN0cWJ
    gRHucKgSBQgJ5UmASQsoTwRM+kB5fGAyCsoTA5MFUB44+hmaUFROgPK4weTWI0mTGUbBKBgFo2AUDFZQEZeckJKUlpr8/MGjZw9FBUWFp0+ZNG3i5P
    AAFgaeAsZeoHxiQsIDliQ7hWkMSZEKYUxJDCxzGIor4h6LC4gkNTClioaaSkgzcN9guFoRJ5zmwFCqYsbAvIXBuiLu8oUrl65dvWxuYGRmmOrAxKC+
    h0kfKAo0z4AlyZgtBFhV5DBMqYgz3r5hS9IBJgbhDwyPK+I2px3gY2BdwGADALBexWCbCAAA
    """
  ),
])

/// The same with the chunks packed by other filters.
let hdf5FilterFixtures: [(name: String, bytes: [UInt8])] = unpacked([
  // LZF and the byte shuffle.
  (
    "i.h5",
    """
    H4sIAAAAAAACA+v0cHHj5ZLiYgABDg4GFgYBBmTwHwp2CKHyYfIJUJoRSndA6RVMMHFGsJwEVFwQaj66upAgV1eQ6v9oAGaPAQuE5mAYBSMReLg6BoDo
    CCgflkpPMKGqK0NLjx4U2svIwAYxixHGt4DQzBABZgbUdMkFpXGLC4CNArmfCcknrECVIHEmZiawwdwMDmA+I9R/TGB5RobijNK0tJxUBri3a0HizAw5
    VWlgLiibsAI1OjDC7FeA2MvEUsEKMwriLC64E8BAgajwCPbzdwG5A+YvBebRtEkOAJV3jMDgRy/vVhCpf4cghIblByYC6hOEUPlMONIn02jUjIJRMApG
    wSgYBaNgFIyCUTDoACM7uwIDy4K1JexCCuxs7OzyXZPYxMCssNZSpclgVmNT91orMMta2o5jE5g1K47NqBfMasnYtVMTzJpiNaFJG8zq0F2yLRTMEilb
    2ewHZnXPt6pdB2b5S1btUgezpjkV7tkBZiluPHCwBsya6zz3EJcCOxCo9WvVrmZ4MAXUgYW4M8l2ZeFBsKqcPb2LucCsUsHWBa1gljp7crUkxHXJfq3M
    EDd1+u73AbNcJ7omJYDN3bG6YNIUhgdPQOYCAHrULCS4EgAA
    """
  ),
  // Szip, whose scanlines are filled up to whole blocks.
  (
    "j.h5",
    """
    H4sIAAAAAAACA+1YMWgUQRR9M7t3t16i2YsnRBFyeoIpLIKxSLer3OlhoZeokEqvNaQICCKC3iSk0EK85iSFxdmdFgoWIgiynakEJYWVKKhYCRENyyXs
    +md3VnMHETGN4Lzm8//8efP/zuyyb25WSse3Z/dkIWFZMGFjI0KF0s5uPxmvKcuUvaFsmydxFo0NqXhO8ffmnZ0sl2V22INknVEzthY0/kdUyker0k4p
    PzmlS7w773LPeaxscV2GdMzFEn88tkYcMNB9LrPKbh63IypZP9/QSYoyZZwbPCLuw0jkM7WuGY2buHT14qz07ytuW3FbKMT83LySiqdwlZL9uVSE8S09
    jzOnTpfkG530VTD02fwbyO8do23p/d6t/uH8p7nY3sGvzf4dHg52+3yT88n11mhoaGhoaGhoaGj8c3BJF86ivt8F8i8PMGP9Hbgw/AngZNMMS5ThIRih
    v/vJiaodTkPe1ASDJjMh6g2ajjrmBL/nbgsq0SXNulXFyuK+0GOCBbZA+to5FH1S28Ta4S7GmnMZ3yOaNDLf8qRHv7eKviC5YHRcC4eWceGtJ295hpda
    YLteidsf5Q1PPwbek7LYPTVkh88RF3WMiqp9qR3038RsXxdIhdxtF5zHAiR6HZEXuN6Zrz+h4SrqFvUytpgLnyVdU6xRQGa1bax5UXm+uwDj1nJh+AX5
    e6kCmsHXvFoxOC8FMdVPAda3cgQB0EKQIo1zuN90Ask4CqdJanv6Exv4IMv9bLtgJx7MO4+ElMpOo0Zd7XgtwplEHpmRaCLdXZCPEQLsB6fcmK9EEwAA
    """
  ),
  // Szip of floats, and a checksum below it.
  (
    "k.h5",
    """
    H4sIAAAAAAACA+v0cHHj5ZLiYgABDg4GFgYBBmTwHwq6hFD5MPkEKM0IpTug9AommDgjWE4CKi4INR9dXUiQqytI9X80ALPHgAVCczCMgpEIPFwdA0B0
    BJQPS6UnmFDVlaGlRw8K7WVkYIOYxQjjW0BoZogAM1QdNHnC0yducQmwUYIK8lA5BQZxDgbxeqg8K1AlSJ6JmQlsATeDBpjPyAgzDyTPwlBclVkA4vdC
    w0IBiB3A9ihA7GFiqWCFaGGCOoMDyTmgHEVWeAT7+buAcjTMPwrMo2mTHAAq7xiBUYNe3nUSqX+HIIT2ZEBEMj7gKITKZ8KRPllGo2YUjIJRMApGwSgY
    BaNgFIyCwQcYQX3CPzIyMgwisw/eAdKy8pcb9jc3Nzf4z3TQB9JNvzYGPP5QUFDAweAlCqQKHLRC+Or4gIDJ75EfkGJgEtzE1wAEbS0tbSC6qaWl/YIA
    EFyYMAFMT5gw4aPKJE+VJROAnUwWYIfxR4seSGELUAdYIxAgHCIq52ADpGRY2u3YwA5h4ticDKIb/l92kAPrA2qE6G9qh1pwIQBEB1yY0AgAwhBpC4oS
    AAA=
    """
  ),
  // Bitshuffle and LZ4, in blocks of 32 elements.
  (
    "l.h5",
    """
    H4sIAAAAAAACA+v0cHHj5ZLiYgABDg4GFgYBBmTwHwrWCKHyYfIJUJoRSndA6RVMMHFGsJwEVFwQaj66upAgV1eQ6v9oAGaPAQuE5mAYBSMReLg6BoDo
    CCgflkpPMKGqK0NLjx4U2svIwAoxixHGt4DQzBABZqg6aPJk4ITSuMUFwEaB3M+E5BNWYMoGiTMxM4EN5mbIAPMZofZy1DqA3ZKUWVKcUZqWlpNqrVCc
    mqqQUVJSUGylr5+eWZJRmqSXnJ+rn51Zma+bm1hcmqmPUI3sJxao3QpwN4DylQLEfUwsFawQISaoUk4kZQzBfv4uoBwNy4cKzKNpkxwAKu8YgcGKXt41
    Eal/hyCELmJARBY+YCWEymfCkT6ZRqNmFIyCUTAKRsEoGAWjYBSMgsEKJgCxAxDr/Bf6b2df5z9//5/99ra/HBQd2SY4HGRMWMDIzNDA0PRAsbkF2Glj
    D4DpA6r/+P7z+V8vv/7++PP3ZF5pDh4GUSseBgaeGAYOJgNeViAfWb3QB8b35c9ndDTMUMDhAu3/gvz7bSvP29X8jJe3/3fBwYn5w4KGtgMNTW0fFBgb
    GRxA/VcOuIGqn9kYwd1eBgZ+BsiwDjsQs4kw6HMBFXLBFXKJAbkQHgCkh7+MrBIAAA==
    """
  ),
  // Bitshuffle and Zstd.
  (
    "m.h5",
    """
    H4sIAAAAAAACA+2XT0gUcRTH3+83v9kdtbXZUlv/kGMYSJm72CXqMBO5ZReV6uBxM9RdVJR2LTvU/oIOejKoDp5WKKJDkBdBuji3VgpSyKCTWUrYRWFD
    S3d3mr/qLhhRl6Df5/J4b95835vfvBl4I81N5z2FFYVgIAhAQITdaDYPD+b6zvWQbZFth237DDtxZF7z2XGvrZ+fd+VSMGhka3k4dQLEsgIw/keag2fb
    DNtu+86UJnFu3o28eWz+y7oIeEsLOf4py3JWgIPcufTYdu+4aEqJ25JWBq9bw8ccNsNFEDZ9ZNcVbiu674KOSCwaHuzq6u08I0U7O6VwLDYQPe33d0di
    4cGOhmv9ff6eyK3+E31Xo4MR/0727mcidm3F7pMzu5Cs/jAZ4q00bDfn2XWccLmltcn4op3nkjg2m3+C8b9D+hHn/+9E9Hv3T3kt+wZ2XtavSB7I9fEe
    84nYq2EwGAwGg8FgMP5VZu017mLdpD8jKQhDfLk6m0ykKuX0W21ezhTJa6PZEW3tELiT6LBSrNKKMHfuI7+klvmgdLy4V3EBOqoKCgjt+DqgQI5Ydn3/
    VrW2vKClX3wviK/czM6MaqXT6xp4JHejuk+lRUDuq5XDSKSuDlo+pO+D0KCWACpoc1UBlnLFJuWNx/HXrZmtxNbn7Fx1ek7bWLizOM2FAOppIYCPolnK
    T+AhVSiBIyGEx3mR6guJ3jYBQnWxclNMvAvwoybTkx3DCnxFL8kx97s9z0NevKC9T6QSciqenpEz3fGlV9q36c0vlJvALSpfD2SNE0LkHghTqFYqeKJg
    CdWA3pPgwzw1BYOW2DICwmmp1U1jR9I+rabnV+TMB6Nq7YC7Tje0KoSeHm9DARfFtYEJYqxchCD6XDw59sivO15LKGiu/wgeQNl2UHSCjSr+CfDulAaU
    EwAA
    """
  ),
  // Bitshuffle alone.
  (
    "n.h5",
    """
    H4sIAAAAAAACA+v0cHHj5ZLiYgABDg4GFgYBBmTwHwoYhNH4UJAApRmhdAeUXsEEE2cEy0lAxQWh5qOrCwlydQWp/o8GYPZYsEBoDoZRMBKBh6tjAIiO
    gPJhqfQEE6q6MrT06EGhvYwMrGCzOBhhfAsIzQwRYIaqgyZPoGoGAuISYPMEFeShcgoM4hwM4vVwdRxgeSZmJrAF3AwZYD4j1H6OWgewm5IyS4ozStPS
    clKtFYpTUxUySkoKiq309dMzSzJKk/SS83P1szMr83VzE4tLM/URqpH9xgLFyDmeA+gesDuZWBqgbmaCKmNF8g5DsJ+/Cyhnw/KjAvNoGiUHgMo9RmAQ
    o5d7C4jUf0AQQsPUMxFQnyCEymfCkU5ZRqNmFIyCUTAKRsEoGAWjYBSMgiEHWBR6nDgSWoxnCCWfLZ7zeL5MQk8xTA4xuoIHcDBwMhgc4zzG+fle6bPq
    40waZyzx6Xc94viQIcpil+tzsArC5gtOEehR6GBiMcye933d93ccwnMKSXEfEwMPsK/CAnQmO7Dvwgvk88Hl+InwHgAk9m1GABMAAA==
    """
  ),
])

/// A BigDataViewer file and the partition that its links lead to.
let hdf5Partitions: [(name: String, bytes: [UInt8])] = unpacked([
  (
    "p.h5",
    """
    H4sIAAAAAAACA+v0cHHj5ZLiYgABDg4GFgYBBmTwHwpmyKLyYfIJUJoRSndA6RVMMHFGsJwEVFwQaj66upAgV1eQ6v9oAGbPA1YILcEwCkYi8HB1DADR
    EVC+ApQ+wYSqrtjAAEyXGIAAlDZEpE8LEu3FlX49mCH8DFbk9MuAM/2OgtH0i5x+OWDlJSt6eoOAACrZG+zn78LIwAy3T4EZ1R70dAwr/TXY0dwD5Rdw
    opbDCUJo5T+Uv0JkeMUfrnIAPVwI1WMreFDjfxSM7HIAlt8mcGKvx+D5lEbpVwDS8mMw4CEu/W4QGE2/o+kXM/0G8KCqM0CrzyhNv5B6jBGe7l5wopqP
    no5HAa5ygAWlHBCAxuAPQWg7gGG0PTsKyG/PRgjQoz2LKAc+8KLaI8EH7ecJjMYRPsAELwGw53AuYAgzIqlng5bojBwOrMmpOTnFwA54ga6BARDpZZgy
    6EP62/rAZou+gT5YAYHxH7R+AsHxH/HRdsdoeYPZ7jghMjDtZg9RaH0pTlz6fSE9mn5H0y9m+u0Qp2+7WUEUzXy0dDwKSGs3G8iOtptHAeXt5gnS9G03
    a0ii2QPlF0iPxhHd282GmO1mANgiekKYHQAA
    """
  ),
  (
    "p-00-00.h5",
    """
    H4sIAAAAAAACA+2aTWgTQRTHJ7vZJNtMMDlYklKlFyHU1OYDIWBBS1tZD2qoUpIisjVN6iGHSnsoHkproMRbT9JLsYcqhfZQbx48tFb8rBI8FPUgEQpK
    UVAQ7a3uZmbTzIat2y+x5P0ujzd5eRMyf/7ZMO+21H7WVVNXg1QcDmRFblTOBiV6ms2112UaLTTmaJzhtHVL8TUvXffQ/vq6y50dHWr1hg5tn4JAIvvp
    gGpB6miNqTFOc01Pzzm2bjCoQmNoU5dndrivkX4lnuTXBXP6/SKS6ICjBP2W+VhOYOsGVPGW+am0y30vXbjYbkFcSXcNPOvXeh1rnyt/jK1bp7nXX53n
    Z+QDMTvJ+0VzPvDdBT4APlDpA+MiWxfUPVftjQ9YSrrz29n+eh0D2/OBuJPkQy5zPiC5wQfAByp9YMLF1iVTmczAPvpA0Mn6gF7HgJEP2Mh3ZtHyKIk8
    WaCPVcr/aYL2mGe87i62cisHw5UpQlBOSl3neK7Y2IkairmltK+j6Ei9qXSmZzBV6utQ6op9Oeu4hyxxdFsBaVvs6p/R1rqKHgKN7AT1d0N9Xtf/brSa
    fH/+CImNaPPQt8JzlM05A31ycDQAAAAAAAAA8N8xdDXZJ/c5UjMpCb39ih/hZfxsce4b7sRv5Fo+a1+6Epy15l4tzA3aPGOT8krL2Dl8T+7il2xTw6j7
    t3iTNIj1xBdj4vR73/3wdLj3VsLpW/OtjCZu4B941psTUPKkrZZU5tP+VNyuVD72fvDWLc69xp/wR/lOU1sgJuQOL82PtNYvdz+VX+SdaTHUH8mNKE1E
    PIlR9q7YRFrI1yZeFmqUFr8iUuTnaGINn8ctclc4W59t4B8g9HmVfwInCwAAAADGGN1P6e/v/3Y/FTtOItxPVSdG91NR3fzHXs+rGOn3Id33XaM5/cab
    Qb+g30r9rjeydfs9ZzHuZ/vrdQxszwcWAiQvnDDnA/Mh8AHwgUofQM1s3X7PWUwEWB/Q6xgw8oEDM2exHiZL/3TOYioIGtkJRnMWbSbff4rOTZidsxiG
    OQsAAAAAAAAAOLD8AX35tAA4PwAA
    """
  ),
])

/// Files compressed by gzip, since their headers are mostly zeros, as base64.
private func unpacked(_ files: [(name: String, text: String)]) -> [(name: String, bytes: [UInt8])] {
  files.map { ($0, gunzipped([UInt8](Data(base64Encoded: $1, options: .ignoreUnknownCharacters)!))) }
}

func gunzipped(_ packed: [UInt8]) -> [UInt8] {
  guard let decompressor = libdeflate_alloc_decompressor() else { preconditionFailure("no memory to decompress") }
  defer { libdeflate_free_decompressor(decompressor) }
  var output = [UInt8](repeating: 0, count: 1 << 16)
  var count = 0
  let result = libdeflate_gzip_decompress(decompressor, packed, packed.count, &output, output.count, &count)
  precondition(result == LIBDEFLATE_SUCCESS, "a fixture is damaged")
  return Array(output[0..<count])
}

/// What BigDataViewer writes beside `c.h5`.
let spimData = """
  <?xml version="1.0" encoding="UTF-8"?>
  <SpimData version="0.2"><BasePath type="relative">.</BasePath><SequenceDescription>
  <ImageLoader format="bdv.hdf5"><hdf5 type="relative">c.h5</hdf5></ImageLoader>
  <ViewSetups><ViewSetup><id>0</id><name>a &amp; b</name><size>5 4 3</size>
  <voxelSize><unit>micrometer</unit><size>0.5 1.5 2.0</size></voxelSize></ViewSetup></ViewSetups>
  <Timepoints type="range"><first>0</first><last>0</last></Timepoints></SequenceDescription></SpimData>
  """
